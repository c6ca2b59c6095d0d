"""What gunicorn serves: `gunicorn wsgi:app`."""

from procdef import create_app

app = create_app()

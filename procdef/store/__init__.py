"""The store: models with Camunda's own table and column names, transactions, migrations, and by subject what is stored."""

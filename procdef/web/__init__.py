"""The web page: procdef for people in a browser. HTML that the server makes, one stylesheet, a few small scripts.

What belongs where:

- `surface`: the whole of it: the views, who may see them, and whether a path is a page's.
- `views/`: a module for each page. A view reads through `reader()`, calls the functions that the REST API calls, and gives a template
  what it shows. It has no SQL, and it decides nothing that REST does not decide too.
- `templates/`: a template for each page; `base.html` is the frame of all, `macros.html` has what several pages show.
- `static/`: the parts of `page.css`, the one stylesheet, and scripts: each is a module that imports no other one. A page names those
  that it needs.
- `pages`: `Pages`, by which a view is declared, and `page`, which makes its response with the security headers.
- `links`: every URL of the page is made there.
- `query`: the list query of a page's URL, the URLs with a filter more or less, and facets. `subject`: the definition of a page's URL.
- `tables`: the tables that only pages show. `usage`: what a definition uses, and what calls it.
- `drawn`: the pictures in pages. `sides` and `xml_sides`: what is shown of a difference.
  `wrong`: what is wrong in a file, with its place.
- `filters`: the form with the filters of a list, made from its table. `tables`: the tables that only pages show.
- `apis`: what the OpenAPI documents say, as the pages about the REST APIs show it.
- `tokens` and `forms`: what protects forms, and what they have sent; `assets`: the files of `static/`; `text`: filters of templates;
  `errors`: pages for errors; `refusals`: what a form says when it is refused.
- `happened`: the events of a definition or a deployment, and who deleted one.
- `commands`: the commands for a terminal that pages show.
- `plan`: what would come of an upload, as the page that deploys shows it.

A new page needs three things:

1. A view in a module of `views/`, declared by `@routes.page("/path", "What it is for")`. It ends with
   `return page("name.html", rows=rows)`. A form is declared by `@routes.form("/path", "What it does", Change("what the log says"))`. Its
   view gets the fields and files that were sent, after the token was checked, and ends with `return see("/path")`.
2. A template that begins with `{% extends "base.html" %}`, and fills the blocks `title` and `main`. Each form has `{{ form_token() }}`
   in it. Every value is escaped. There is no `style=`, no `<style>`, no `<script>` with content, and no `on…=`: the policy forbids them.
3. The module in `surface.PARTS`, and a row in `pages.MENU` if it belongs in the menu.

A tab of a definition's page is declared by `@subject.tab(routes, "/path", "What it is for")` instead, gets a `Subject`, and has a row in
`subject.TABS`. A list is made of `query.asked(path, resource, table)`, and the macros `chips`, `head`, `command` and `pager`.

What `data-live="name"` marks is put in again when it has changed; `data-row` marks a row, so that a new one is shown as new; a page that is
about one thing says which in `data-shows`. A link with `data-key="c"` is followed by that key, which belongs into `pages.KEYS` too.

A page is correct without JavaScript. A script improves what is there: it looks for `data-` attributes, and never makes content from
strings as HTML. Times are written in full; `page.js` shows them relative to now, because a cached page cannot.
"""

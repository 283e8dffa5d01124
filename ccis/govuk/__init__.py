"""The ground that every page stands on: layouts, form fields, lists, components.

**A page** extends ``base.jinja`` and fills ``heading`` and ``body``::

    {% extends "base.jinja" %}
    {% block heading %}Providers{% endblock %}
    {% block body %}<p class="govuk-body">...</p>{% endblock %}

Other blocks: ``caption`` (over the heading), ``top`` (before the heading; a person's strip),
``headingArea`` (to leave the ``h1`` out when the strip has it), ``content`` (all of ``<main>``),
``title``. The page title is the heading: **where the heading holds a name, give ``title`` another
text**, such as ``Details, 7F3K-Q29M``, for names never stand in titles. Context ``back =
{"href": ..., "text": ...}`` draws the back link; ``page_classes`` adds classes to the body.
Messages of ``django.contrib.messages`` are drawn as banners (success green, the rest blue).

**A question page** extends ``form_page.jinja``, with ``form`` in the context::

    {% extends "form_page.jinja" %}
    {% block heading %}Add an activity{% endblock %}
    {% block caption %}Amara Oduya{% endblock %}
    {% block title %}Add an activity, {{ person.ref | reference }}{% endblock %}
    {% block button %}Save{% endblock %}

It brings error summary, "Error:" in the title, CSRF, ``enctype`` for files, and draws every field;
fill ``introduction``, ``fields``, ``buttons``, ``after`` for more, and pass ``cancel`` (an
address), ``form_action`` or ``form_width``. One field: ``{{ draw_field(form.x) }}``; it draws any
library's field. Fields are in ``ccis.govuk.fields``: ``TextField TextareaField SelectField
RadiosField CheckboxesField CheckboxField`` (and ``Model...``) ``DateBoxesField OfficerDateField
TypedDateField FileField HiddenField SearchField EmailField PasswordField NumberField``. They take
``hint=`` and the words of ``ccis.govuk.components.Drawing``; "(optional)" is added to labels of
fields with ``required=False``. With ``heading=True`` the label is the page's ``h1``.
``reveals={"other": "which"}`` shows field ``which`` beneath the choice ``other``.

**A list** extends ``list_page.jinja``; the view makes ``listed = page_of(...)`` and gives
``listed``, ``columns`` (a list of ``Column``) and ``caption_text``: see ``ccis.govuk.lists``::

    {% extends "list_page.jinja" %}
    {% from "components/table.jinja" import row_head, cell %}
    {% block heading %}People{% endblock %}
    {% block row %}
      {{ row_head(row.name, url("caseload:person", ref=row.ref)) }}
      {{ cell("Age", row.age, numeric=true) }}
      {% call cell("Status") %}{{ tag("Lapsed", "red") }}{% endcall %}
    {% endblock %}

**Components**, each with what it wants written at its head, in ``templates/components/``:
``table`` (``data_table``, ``row_head``, ``cell``), ``tags`` (``tag``, ``tag_list``), ``person``
(``person_strip``), ``timeline``, ``progress`` (with ``ccis.govuk.progress``), ``cards``
(``number_cards``), ``compare`` (``compare_table``), ``file_review`` (with
``ccis.govuk.lists.Outcome`` and ``row_sum``), ``clock``, ``chart`` (with ``ccis.govuk.charts``),
``navigation`` (``sub_navigation``). GOV.UK's own come from
``govuk_frontend_jinja/components/<name>/macro.html``; give them ``text``, never ``html``, for
anything that somebody typed. ``ccis.govuk.summary`` makes rows for ``govukSummaryList``.

**In templates**: ``url(name, ...)``, ``static(path)``; filters ``date`` (9 December 2026),
``short_date``, ``clock_date``, ``date_and_time``, ``time``, ``number``, ``percentage``,
``points``, ``plural``, ``reference`` (7F3K-Q29M). No inline styles or scripts: the
Content-Security-Policy refuses them.

Around the page: navigation by role in ``ccis.govuk.navigation``; a line in the footer by
``ccis.govuk.furniture.add_footer_text``; help for a page in ``ccis.govuk.help_topics``. The search
box of the header posts ``q`` to ``/search/``.
"""

"""A site of specimens: every field, component and layout, for tests to look at."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template import engines
from django.urls import include, path

from ccis.govuk import fields
from ccis.govuk.charts import Chart, Series
from ccis.govuk.lists import Chip, Column, FilterForm, Listed, Outcome, Sort, row_sum
from ccis.govuk.progress import Progress, Step, as_json, wants_json
from ccis.govuk.summary import row, summary

ACTIVITIES = (
    ("", "Choose one"),
    ("In education", [("210", "School sixth form"), ("220", "Further education")]),
    ("Not in education", [("610", "Looking for work or study"), ("820", "Not known")]),
)


class SpecimenForm(forms.Form):
    """One field of each kind."""

    name = fields.TextField(
        label="Family name", hint="As it is on their passport", width="20",
        error_messages={"required": "Enter their family name"},
    )  # fmt: skip
    email = fields.EmailField(label="Email address", required=False)
    pupils = fields.NumberField(label="How many pupils", width="3", required=False)
    born_on = fields.DateBoxesField(
        label="Date of birth", hint="For example, 27 3 2009", birthday=True,
        error_messages={"required": "Enter their date of birth"},
    )  # fmt: skip
    started_on = fields.OfficerDateField(
        label="When did it start?", error_messages={"required": "Enter the date it started"}
    )
    ended_on = fields.TypedDateField(label="End date", required=False, prefer="past")
    activity = fields.SelectField(
        label="Activity", choices=ACTIVITIES,
        error_messages={"required": "Select what they are doing"},
    )  # fmt: skip
    outcome = fields.RadiosField(
        label="Outcome",
        choices=[("spoke", "Spoke"), ("none", "No answer"), ("other", "Something else")],
        choice_hints={"none": "Rang out, or engaged"},
        reveals={"other": "what"},
        error_messages={"required": "Select what came of it"},
    )
    what = fields.TextField(label="What happened?", required=False)
    told = fields.CheckboxesField(
        label="Who was told", choices=[("them", "The young person"), ("carer", "Parent or carer")],
        required=False, small=True,
    )  # fmt: skip
    agreed = fields.CheckboxField(
        label="They agreed", error_messages={"required": "Tick if they agreed"}
    )
    note = fields.TextareaField(label="Note", required=False, max_length=200)
    file = fields.FileField(label="Their list", accept=".csv,.xlsx")
    secret = fields.HiddenField(required=False, initial="kept")


class SpecimenFilters(FilterForm):
    """Filters of the list of specimens."""

    status = fields.CheckboxesField(
        label="Status", required=False, small=True,
        choices=[("not-known", "Not known"), ("neet", "NEET, available")],
    )  # fmt: skip
    age = fields.CheckboxesField(
        label="Age", required=False, small=True, choices=[("16", "16"), ("17", "17")]
    )
    ward = fields.SelectField(
        label="Ward", required=False,
        choices=[("", "Any"), ("castle", "Castle ward"), ("priory", "Priory ward")],
    )  # fmt: skip


def drawn(request: HttpRequest, text: str, **context: Any) -> HttpResponse:
    return HttpResponse(engines["jinja2"].from_string(text).render(context, request))


FORM = """
{% extends "form_page.jinja" %}
{% block caption %}Specimens{% endblock %}
{% block heading %}Every kind of field{% endblock %}
"""


@login_not_required
def form_page(request: HttpRequest) -> HttpResponse:
    asked = request.method == "POST"
    form = SpecimenForm(request.POST if asked else None, request.FILES if asked else None)
    back = {"href": "/list/", "text": "Back to the list"}
    return drawn(request, FORM, form=form, back=back, cancel="/list/")


LIST = """
{% extends "list_page.jinja" %}
{% from "components/table.jinja" import row_head, cell %}
{% from "components/tags.jinja" import tag %}
{% block heading %}People{% endblock %}
{% block note %}<p class="govuk-body-s">Archived records are not included.</p>{% endblock %}
{% block row %}
{{ row_head(row.name, "/person/") }}
{{ cell("Age", row.age, numeric=true) }}
{% call cell("Status") %}{{ tag(row.status, row.colour) }}{% endcall %}
{{ cell("Next step, and why", row.next) }}
{% endblock %}
"""
ROWS = [
    {"name": "Oduya, Amara (Mari)", "age": 17, "status": "Not known", "colour": "yellow",
     "next": "Call the household: her sister answered last week"},
    {"name": "Bielik, Tomasz", "age": 16, "status": "Current", "colour": "green",
     "next": "Apprenticeship lapses 30 November; employer on file"},
    {"name": "Farouk-Hart, Leila", "age": 17, "status": "Lapsed 12 days ago", "colour": "red",
     "next": ""},
]  # fmt: skip


@login_not_required
def list_page(request: HttpRequest) -> HttpResponse:
    query = QueryDict("status=not-known&age=16,17&ward=castle")
    filters = SpecimenFilters(query)
    sorts = (Sort("name", "Name", ("name",)), Sort("age", "Age", ("age",)))
    listed = Listed(
        rows=ROWS, total=214, is_capped=False, size=50, sort=sorts[0], sorts=sorts, query=query,
        previous="?before=x", next="?after=y", chips=(*filters.chips(query), Chip("Mine", "?")),
        clear="?", filters=filters, sentence="214 young people who are not known, aged 16 or 17.",
    )  # fmt: skip
    columns = [Column("Name", "name"), Column("Age", "age", numeric=True), Column("Status"),
               Column("Next step, and why")]  # fmt: skip
    return drawn(request, LIST, listed=listed, columns=columns, caption_text="People")


PERSON = """
{% extends "base.jinja" %}
{% from "components/person.jinja" import person_strip %}
{% from "components/navigation.jinja" import sub_navigation %}
{% from "components/timeline.jinja" import timeline %}
{% from "components/clock.jinja" import clock_text %}
{% from "govuk_frontend_jinja/components/summary-list/macro.html" import govukSummaryList %}
{% block title %}Story, 7F3K-Q29M{% endblock %}
{% block top %}{{ person_strip(person) }}{% endblock %}
{% block body %}
{{ sub_navigation("About this person", family) }}
<div class="govuk-grid-row">
<div class="govuk-grid-column-two-thirds">
<h2 class="govuk-heading-m">Story</h2>{{ timeline(items, kinds=kinds, earlier="?before=x") }}
</div>
<div class="govuk-grid-column-one-third">
<h2 class="govuk-heading-m">Details</h2>{{ govukSummaryList(details) }}{{ clock_text(clock) }}
</div>
</div>
{% endblock %}
"""


@login_not_required
def person_page(request: HttpRequest) -> HttpResponse:
    person = {
        "name": "Amara Oduya", "known_as": "Mari", "age": 17, "year": "Year 13",
        "reference": "7F3K-Q29M", "safety": "Dog at the address. Visit in pairs until 9 Dec 2026.",
        "tags": [{"text": "In the cohort", "colour": "grey"},
                 {"text": "Not known", "colour": "yellow"},
                 {"text": "Lapsed 12 days ago", "colour": "red"},
                 {"text": "Do not survey", "colour": "purple"}],
        "do_not_contact": "Do not contact: she asked us on 2 October to write to her mother.",
        "actions": [{"text": "Record activity", "href": "#a"},
                    {"text": "Change details", "href": "#b"}],
        "more": [{"text": "Print", "href": "#c"}],
    }  # fmt: skip
    items = [
        {"date": date(2026, 11, 23), "year": "", "who": "D. Achterberg",
         "sentence": "Left Kestrel College, reason: leaver",
         "source": "from Kestrel College file, row 88"},
        {"date": date(2026, 10, 2), "year": "", "sentence": "Called, spoke to Amara",
         "corrected": "Corrected on 3 Oct 2026 by D. Achterberg", "who": "D. Achterberg"},
        {"date": date(2026, 8, 20), "year": "2025 to 2026", "sensitive": True,
         "open_href": "#open"},
    ]  # fmt: skip
    details = summary([
        row("Date of birth", "7 March 2009", change="#dob"),
        row("Languages", ["English", "Igbo"]),
        row("UPN", ""),
    ])  # fmt: skip
    clock = {"left": "7 of 15 working days left", "ends": "at the end of Wednesday 9 December 2026",
             "tag": {"text": "On time", "colour": "grey"},
             "counted": ["Thu 19 Nov", "Fri 20 Nov"]}  # fmt: skip
    return drawn(
        request, PERSON, person=person, items=items, details=details, clock=clock,
        family=[{"text": "Story", "href": "/person/", "current": True},
                {"text": "Details", "href": "#d"}],
        kinds=[{"text": "All", "href": "?", "current": True}, {"text": "Contacts", "href": "?k=c"}],
    )  # fmt: skip


PARTS = """
{% extends "base.jinja" %}
{% from "components/cards.jinja" import number_cards %}
{% from "components/compare.jinja" import compare_table %}
{% from "components/file_review.jinja" import file_review %}
{% from "components/chart.jinja" import chart_figure %}
{% from "components/table.jinja" import data_table %}
{% from "components/tags.jinja" import tag_list %}
{% block heading %}Parts of pages{% endblock %}
{% block body %}
<h2 class="govuk-heading-m">Numbers</h2>
{{ number_cards([
  {"number": 2225, "text": "In the cohort", "note": "61 joined, 30 left", "href": "#c"},
  {"number": 58, "text": "Not known", "note": "4.1%", "href": "#n"},
  {"number": 0, "text": "To match", "note": ""},
], "This month") }}
<h2 class="govuk-heading-m">A file</h2>
{{ file_review(sum, outcomes) }}
<h2 class="govuk-heading-m">Two side by side</h2>
{{ compare_table("In the file, and on record", ["In the file, row 88", "On record 4KQ2-8M1D"],
                 rows) }}
<h2 class="govuk-heading-m">Charts</h2>
{% for chart in charts %}{{ chart_figure(chart) }}{% endfor %}
<h2 class="govuk-heading-m">A table</h2>
{{ data_table("By age", ["Age", "People"], [["16", "1,110"], ["17", "1,115"]],
              total=["All", "2,225"]) }}
<h2 class="govuk-heading-m">Tags</h2>
{{ tag_list(tags, "Every colour") }}
{% endblock %}
"""
MONTHS = ("Sep", "Oct", "Nov", "Dec", "Jan", "Feb")
CHARTS = [
    Chart("stacked bar", "Most are in education", MONTHS, (
        Series("Education", (900, 1800, 1850, 1840, 1830, 1825)),
        Series("Work", (100, 120, 130, 135, 140, 150)),
        Series("Not known", (1200, 300, 120, 90, 80, 60)),
    ), name="one"),
    Chart("line", "Not known has halved since November", MONTHS, (
        Series("Not known", (None, 14.2, 8.1, 5.9, 4.6, 4.1)),
        Series("NEET", (2.5, 2.6, 2.9, 2.9, 2.8, 2.9)),
    ), unit="%", name="two"),
    Chart("bar", "Castle ward has most", ("Castle", "Priory", "Dock"), (
        Series("Not known", (22, 9, 4)),), name="three", label_heading="Ward"),
]  # fmt: skip


@login_not_required
def parts_page(request: HttpRequest) -> HttpResponse:
    messages.success(request, "214 people confirmed. 6 were left as they were.")
    messages.info(request, "The October return is due on Friday 27 November.")
    outcomes = [
        Outcome(6, "Cannot be read", "#1", "date not real 4, no name 2", (("See rows", "#2"),)),
        Outcome(21, "Need a person", "#3", "two possible people 14", (("Match them", "#4"),)),
        Outcome(311, "Will change", "#5", "new activity 190, end date 97, address 24"),
        Outcome(0, "Belong elsewhere"),
    ]
    rows = [
        {"field": "Family name", "values": ["Farouk Hart", "Farouk-Hart"],
         "agree": "Same but for a hyphen", "differs": True},
        {"field": "Postcode", "values": ["", "NG1 1AA"], "agree": "Only here", "differs": True},
        {"field": "First name", "values": ["Leila", "Leila"], "agree": "Same", "differs": False},
    ]  # fmt: skip
    colours = ("grey", "blue", "teal", "green", "yellow", "orange", "red", "purple")
    return drawn(
        request, PARTS, sum=row_sum(338, outcomes), outcomes=outcomes, rows=rows, charts=CHARTS,
        tags=[{"text": colour.capitalize(), "colour": colour} for colour in colours],
    )  # fmt: skip


PROGRESS = """
{% extends "base.jinja" %}
{% from "components/progress.jinja" import progress_panel %}
{% block heading %}Reading the file{% endblock %}
{% block body %}{{ progress_panel(progress, "Rows read", csrf_input) }}{% endblock %}
"""


@login_not_required
def progress_page(request: HttpRequest) -> HttpResponse:
    finished = wants_json(request)
    steps = (Step("Reading", "done"), Step("Checking", "now"), Step("Matching", "waiting"))
    progress = Progress(
        done=5000 if finished else 2310, total=5000, check="/progress/", steps=steps,
        finished=finished, result="/list/",
    )  # fmt: skip
    return as_json(progress) if finished else drawn(request, PROGRESS, progress=progress)


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault on purpose")


PAGES = ("/form/", "/list/", "/person/", "/parts/", "/progress/")
"""The specimens."""

urlpatterns = [
    path("form/", form_page),
    path("list/", list_page),
    path("person/", person_page),
    path("parts/", parts_page),
    path("progress/", progress_page),
    path("broken/", broken),
    path("people/", list_page, name="people"),
    path("search/", list_page, name="search"),
    path("", include("ccis.urls")),
]
handler403 = "ccis.govuk.errors.not_allowed"
handler404 = "ccis.govuk.errors.not_found"
handler500 = "ccis.govuk.errors.went_wrong"

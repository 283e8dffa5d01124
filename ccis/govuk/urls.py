from django.urls import path

from ccis.govuk import views

app_name = "govuk"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("council.css", views.council_css, name="council-css"),
    path(
        "privacy/",
        views.Statement.as_view(template_name="statements/privacy.jinja"),
        name="privacy",
    ),
    path(
        "cookies/",
        views.Statement.as_view(template_name="statements/cookies.jinja"),
        name="cookies",
    ),
    path(
        "accessibility/",
        views.Statement.as_view(template_name="statements/accessibility.jinja"),
        name="accessibility",
    ),
    path("help/<slug:page>/", views.Help.as_view(), name="help"),
]

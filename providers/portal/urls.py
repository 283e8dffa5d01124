"""Addresses of the portal's own pages (pages §2.6), and of the council's about access to it."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from providers.portal.views import council, home, people

app_name = "portal"

ACCESS = "settings/access/"
ONE = f"{ACCESS}<ref:ref>/"

urlpatterns = [
    path("portal/", home.Home.as_view(), name="home"),
    path("portal/acting-for/", home.ActFor.as_view(), name="act-for"),
    path("portal/people/", people.People.as_view(), name="people"),
    path("portal/people/invite/", people.Invite.as_view(), name="invite"),
    path("portal/people/review/", people.Review.as_view(), name="review"),
    path("portal/people/<ref:seat>/end/", people.End.as_view(), name="end"),
    path(
        "portal/people/invited/<ref:offer>/withdraw/",
        people.OfOffer.as_view(),
        name="withdraw",
    ),
    path(ACCESS, council.Organisations.as_view(), name="organisations"),
    path(f"{ACCESS}invite/", council.InviteManager.as_view(), name="invite-manager"),
    path(ONE, council.Organisation.as_view(), name="organisation"),
    path(f"{ONE}review/", council.CouncilReview.as_view(), name="council-review"),
    path(f"{ONE}people/<ref:seat>/end/", council.CouncilEnd.as_view(), name="council-end"),
    path(f"{ONE}people/<ref:seat>/manage/", council.LetManage.as_view(), name="let-manage"),
    path(
        f"{ONE}invited/<ref:offer>/send/",
        council.OfOffer.as_view(again=True),
        name="council-send-again",
    ),
    path(f"{ONE}invited/<ref:offer>/withdraw/", council.OfOffer.as_view(), name="council-withdraw"),
]

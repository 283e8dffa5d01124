"""Addresses of users and roles (pages §2.9). A role is named by its place among the person's."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from ccis.accounts.staff import views

app_name = "users"
urlpatterns = [
    path("settings/roles/", views.Roles.as_view(), name="roles"),
    path("settings/users/", views.Users.as_view(), name="users"),
    path("settings/users/new/", views.Invite.as_view(), name="invite"),
    path("settings/users/review/", views.Review.as_view(), name="review"),
    path(
        "settings/users/invitations/<ref:invitation>/",
        views.ShowInvitation.as_view(),
        name="invitation",
    ),
    path(
        "settings/users/invitations/<ref:invitation>/send/",
        views.SendAgain.as_view(),
        name="send-again",
    ),
    path(
        "settings/users/invitations/<ref:invitation>/withdraw/",
        views.Withdraw.as_view(),
        name="withdraw",
    ),
    path("settings/users/<ref:ref>/", views.ShowUser.as_view(), name="user"),
    path("settings/users/<ref:ref>/roles/new/", views.GiveRole.as_view(), name="give-role"),
    path(
        "settings/users/<ref:ref>/roles/<int:number>/change/",
        views.ChangeRole.as_view(),
        name="change-role",
    ),
    path(
        "settings/users/<ref:ref>/roles/<int:number>/end/",
        views.EndRole.as_view(),
        name="end-role",
    ),
    path(
        "settings/users/<ref:ref>/roles/<int:number>/keep/",
        views.KeepRole.as_view(),
        name="keep-role",
    ),
    path(
        "settings/users/<ref:ref>/factors/remove/",
        views.RemoveFactors.as_view(),
        name="remove-factors",
    ),
    path(
        "settings/users/<ref:ref>/grants/remove/",
        views.TakeBackGrants.as_view(),
        name="remove-grants",
    ),
    path("settings/users/<ref:ref>/unlock/", views.Unlock.as_view(), name="unlock"),
    path("settings/users/<ref:ref>/sign-out/", views.SignOutEverywhere.as_view(), name="sign-out"),
]

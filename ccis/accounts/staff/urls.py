"""Addresses of users and roles (pages §2.9). A role is named by its place among the person's."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from ccis.accounts.staff.views import invitations, lists, roles, user

app_name = "users"
urlpatterns = [
    path("settings/roles/", lists.Roles.as_view(), name="roles"),
    path("settings/users/", lists.Users.as_view(), name="users"),
    path("settings/users/new/", invitations.Invite.as_view(), name="invite"),
    path("settings/users/review/", lists.Review.as_view(), name="review"),
    path(
        "settings/users/invitations/<ref:invitation>/",
        invitations.ShowInvitation.as_view(),
        name="invitation",
    ),
    path(
        "settings/users/invitations/<ref:invitation>/send/",
        invitations.SendAgain.as_view(),
        name="send-again",
    ),
    path(
        "settings/users/invitations/<ref:invitation>/withdraw/",
        invitations.Withdraw.as_view(),
        name="withdraw",
    ),
    path("settings/users/<ref:ref>/", user.ShowUser.as_view(), name="user"),
    path("settings/users/<ref:ref>/roles/new/", roles.GiveRole.as_view(), name="give-role"),
    path(
        "settings/users/<ref:ref>/roles/<int:number>/change/",
        roles.ChangeRole.as_view(),
        name="change-role",
    ),
    path(
        "settings/users/<ref:ref>/roles/<int:number>/end/",
        roles.EndRole.as_view(),
        name="end-role",
    ),
    path(
        "settings/users/<ref:ref>/roles/<int:number>/keep/",
        roles.KeepRole.as_view(),
        name="keep-role",
    ),
    path(
        "settings/users/<ref:ref>/factors/remove/",
        user.RemoveFactors.as_view(),
        name="remove-factors",
    ),
    path(
        "settings/users/<ref:ref>/grants/remove/",
        user.TakeBackGrants.as_view(),
        name="remove-grants",
    ),
    path("settings/users/<ref:ref>/unlock/", user.Unlock.as_view(), name="unlock"),
    path("settings/users/<ref:ref>/sign-out/", user.SignOutEverywhere.as_view(), name="sign-out"),
]

"""Signing in and out, and passwords. Names are those that the sign-in library looks for."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from ccis.accounts import views

urlpatterns = [
    path("sign-in/", allauth_views.login, name="account_login"),
    path("sign-out/", allauth_views.logout, name="account_logout"),
    path("signed-out/", views.SignedOut.as_view(), name="signed-out"),
    path("sign-in/closed/", allauth_views.account_inactive, name="account_inactive"),
    path("sign-in/password/", allauth_views.password_reset, name="account_reset_password"),
    path(
        "sign-in/password/sent/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^sign-in/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "sign-in/password/changed/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("", include("ccis.accounts.factors.urls")),
    path("account/", views.YourAccount.as_view(), name="your-account"),
    path("account/password/", allauth_views.password_change, name="account_change_password"),
    path("account/password/first/", allauth_views.password_set, name="account_set_password"),
    path("account/again/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("authority/", views.ChooseAuthority.as_view(), name="choose-authority"),
]

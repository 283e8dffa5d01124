"""Second factors and sessions. Names are those that the sign-in library looks for."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from ccis.accounts.factors import views

ONE_PASSKEY = "account/second-step/passkeys/<ref:ref>"

urlpatterns = [
    path("sign-in/code/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("account/again/code/", views.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path(
        "account/again/passkey/", views.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"
    ),
    path("account/second-step/", views.YourFactors.as_view(), name="mfa_index"),
    path("account/second-step/app/", views.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("account/second-step/app/remove/", views.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path(
        "account/second-step/codes/",
        views.RecoveryCodes.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-step/codes/new/",
        views.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-step/codes/download/",
        views.DownloadRecoveryCodes.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("account/second-step/passkeys/", views.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("account/second-step/passkeys/new/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(f"{ONE_PASSKEY}/name/", views.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path(f"{ONE_PASSKEY}/remove/", views.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/sessions/", views.Sessions.as_view(), name="sessions"),
]

"""The second step among the stages of signing in."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

LIBRARYS = f"{AuthenticateStage.__module__}.{AuthenticateStage.__qualname__}"


class SecondStepStage(AuthenticateStage):  # type: ignore[misc]
    """Lets the sign-in page be opened again meanwhile: by who went back, or the next at the desk.

    The library leads everyone at that browser back to the code of whoever typed a password.
    """

    def is_resumable(self, request: HttpRequest) -> bool:
        return False


OURS = f"{SecondStepStage.__module__}.{SecondStepStage.__qualname__}"

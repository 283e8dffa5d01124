"""How sign-in differs from the library's default: nobody makes an account unasked."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes open sign-up: accounts come by invitation or from an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

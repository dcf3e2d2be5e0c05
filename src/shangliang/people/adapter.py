"""How allauth behaves here: accounts are opened by the office, never by sign-up; what it keeps is sealed."""

from __future__ import annotations

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shangliang.core.seal import seal, unseal
from shangliang.people.models import Account
from shangliang.people.queries import needs_second_factor

BOUND_TO = "second factor"  # what the sealed secrets are bound to


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: Account | None = None) -> str:
        """The one handed out does not become one's own by typing it again."""
        if user is not None and user.must_change_password and user.check_password(password):
            raise ValidationError(_("这是发给您的初始密码，换一个只有您自己知道的。"))
        return str(super().clean_password(password, user))

    def set_password(self, user: Account, password: str) -> None:
        """From now on only its owner knows it."""
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:home")


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: its secrets are sealed, and whoever must have one cannot switch it off."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), BOUND_TO)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), BOUND_TO).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not needs_second_factor(authenticator.user)

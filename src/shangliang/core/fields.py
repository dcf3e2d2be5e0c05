"""Keys between rows of the same tenant."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models.expressions import ResolvedOuterRef

TENANT = "tenant"


class TenantMismatch(ValueError):
    """A row points, or was about to point, at a row of another tenant."""


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key whose two ends always lie in the same tenant.

    One column in the table, as any foreign key; but every join the ORM makes over it
    also equates tenant_id, and saving refuses a related row of another tenant.
    """

    # Used by Join: both directions, every kind of join.
    def get_joining_fields(self, reverse_join: bool = False) -> tuple[tuple[Any, Any], ...]:
        here = self.model._meta.get_field(TENANT)
        there = self.remote_field.model._meta.get_field(TENANT)
        pair = (there, here) if reverse_join else (here, there)
        return (*super().get_joining_fields(reverse_join), pair)

    # Used by exclude() over a to-many relation: there the join becomes a correlated
    # subquery, of which only the inner end (related_alias) is known.
    def get_extra_restriction(self, alias: str | None, related_alias: str) -> Any:
        if alias is not None:
            return None
        here: Any = self.model._meta.get_field(TENANT)
        return here.get_lookup("exact")(here.get_col(related_alias), ResolvedOuterRef(TENANT))

    # Used by forward access, such as point.matter.
    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        return {f"{TENANT}_id": instance.tenant_id}

    # Called by save() and bulk_create(), not by QuerySet.update().
    def pre_save(self, model_instance: Any, add: bool) -> Any:
        related: Any = self.get_cached_value(model_instance, default=None)
        if related is not None and related.tenant_id != model_instance.tenant_id:
            raise TenantMismatch(
                f"{model_instance._meta.label}.{self.name}: a row of tenant {model_instance.tenant_id} "
                f"cannot point to {related._meta.label} {related.pk} of tenant {related.tenant_id}"
            )
        return super().pre_save(model_instance, add)

    # Forms and full_clean(): the id must exist in the row's own tenant.
    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if value is None:
            return
        rows = self.remote_field.model._base_manager.filter(
            **{str(self.remote_field.field_name): value, f"{TENANT}_id": model_instance.tenant_id}
        )
        if not rows.exists():
            raise ValidationError(
                self.error_messages["invalid"],
                code="invalid",
                params={
                    "model": self.remote_field.model._meta.verbose_name,
                    "pk": value,
                    "field": self.remote_field.field_name,
                    "value": value,
                },
            )

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        for model in (self.model, self.remote_field.model):
            try:
                model._meta.get_field(TENANT)
            except (FieldDoesNotExist, AttributeError):
                found.append(checks.Error(f"{model} has no field '{TENANT}'.", obj=self, id="core.E001"))
        if self.unique:
            found.append(
                checks.Error(
                    "unique=True cannot be sharded; use UniqueConstraint(tenant, ...).", obj=self, id="core.E002"
                )
            )
        return found

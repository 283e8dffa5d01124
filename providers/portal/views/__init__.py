"""The portal's own pages, and what every page of the portal stands on."""

from providers.portal.views.base import PortalView

__all__ = ["PortalView"]

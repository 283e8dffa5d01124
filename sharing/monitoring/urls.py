"""Addresses of drop-out monitoring (pages §2.6). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…> and <period:…>
from sharing.monitoring.views import levels, registers, returns

app_name = "monitoring"

LEVEL = "dropouts/service-levels/<ref:ref>/"
RETURN = "dropouts/<ref:ref>/<period:period>/"

urlpatterns = [
    path("dropouts/", returns.Returns.as_view(), name="returns"),
    path("dropouts/figures/", returns.Figures.as_view(), name="figures"),
    path(RETURN, returns.ShowReturn.as_view(), name="return"),
    path(f"{RETURN}remind/", returns.Remind.as_view(), name="remind"),
    path(f"{RETURN}escalate/", returns.Escalate.as_view(), name="escalate"),
    path("dropouts/retention/", registers.Retention.as_view(), name="retention"),
    path("dropouts/retention/new/", registers.AddRetention.as_view(), name="retention-new"),
    path("dropouts/retention/load/", registers.LoadRetention.as_view(), name="retention-load"),
    path("dropouts/service-levels/", levels.Levels.as_view(), name="levels"),
    path("dropouts/service-levels/new/", levels.NewLevel.as_view(), name="level-new"),
    path(LEVEL, levels.ShowLevel.as_view(), name="level"),
    path(f"{LEVEL}sign/", levels.Sign.as_view(), name="level-sign"),
    path(f"{LEVEL}review/", levels.Review.as_view(), name="level-review"),
    path(f"{LEVEL}end/", levels.End.as_view(), name="level-end"),
    path("dropouts/without-agreement/", registers.Without.as_view(), name="without"),
    path("dropouts/without-agreement/<ref:ref>/", registers.Plan.as_view(), name="plan"),
    path("dropouts/toolkit/", registers.OwnToolkit.as_view(), name="toolkit"),
    path("dropouts/toolkit/new/", registers.PublishToolkit.as_view(), name="toolkit-new"),
    path("portal/toolkit/", registers.ReadToolkit.as_view(), name="read-toolkit"),
]

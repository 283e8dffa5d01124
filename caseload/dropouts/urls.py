"""Addresses of drop-outs (pages §2.6). Nothing personal stands in any of them."""

app_name = "dropouts"
urlpatterns: list[object] = []

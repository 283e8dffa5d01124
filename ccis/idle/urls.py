from django.urls import path

from ccis.idle import views

app_name = "idle"
urlpatterns = [
    path("still-there/", views.StillThere.as_view(), name="still-there"),
    path("still-there/end/", views.EndNow.as_view(), name="end"),
    path("still-there/forget/", views.Forget.as_view(), name="forget"),
]

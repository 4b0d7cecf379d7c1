from django.urls import path

from preau.mail import views

urlpatterns = [path("stop/<str:token>/", views.stop, name="mail_stop")]

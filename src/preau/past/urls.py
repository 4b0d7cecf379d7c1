from django.urls import path

from preau.past import views

urlpatterns = [path("me/former/", views.mine, name="my_former")]

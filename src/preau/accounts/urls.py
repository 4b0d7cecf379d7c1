from django.urls import path

from preau.accounts import views, views_messages

urlpatterns = [
    path("", views.home, name="account_home"),
    path("devices/sign-out/", views.sign_out_others, name="account_sign_out_others"),
    path("devices/<uuid:device>/sign-out/", views.sign_out_device, name="account_sign_out_device"),
    path("messages/", views_messages.messages, name="account_messages"),
    path("messages/open/", views_messages.open_address, name="account_messages_open"),
    path("export/", views.export, name="account_export"),
    path("erase/", views.erase, name="account_erase"),
]

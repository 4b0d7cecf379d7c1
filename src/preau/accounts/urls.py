from django.urls import path

from preau.accounts import views, views_entrance, views_messages, views_schools

urlpatterns = [
    path("", views.home, name="account_home"),
    path("devices/sign-out/", views.sign_out_others, name="account_sign_out_others"),
    path("devices/<uuid:device>/sign-out/", views.sign_out_device, name="account_sign_out_device"),
    path("messages/", views_messages.messages, name="account_messages"),
    path("messages/open/", views_messages.open_address, name="account_messages_open"),
    path("export/", views.export, name="account_export"),
    path("erase/", views.erase, name="account_erase"),
    path("signup/passkey/", views_entrance.passkey_options, name="account_signup_passkey"),
    path("oidc/<slug:provider_id>/login/", views_schools.leave, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views_schools.back, name="openid_connect_callback"),
]

from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "shangliang.publicity"

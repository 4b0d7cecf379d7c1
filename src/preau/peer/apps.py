from django.apps import AppConfig


class Peer(AppConfig):
    name = "preau.peer"
    label = "peer"

    def ready(self) -> None:
        from preau.content import kinds  # noqa: PLC0415  models are ready only now
        from preau.grades import evidence as jury  # noqa: PLC0415
        from preau.grades import owing as ledger  # noqa: PLC0415
        from preau.peer import evidence, owing, personal  # noqa: PLC0415
        from preau.peer.kind import Assignment  # noqa: PLC0415

        kinds.register(Assignment())
        personal.register()
        ledger.register(owing.count)
        jury.register(evidence.signs)

"""A stage as a faust app: the control plane (worker, web views, control messages) around the data plane."""

import asyncio
import os
import signal
from collections.abc import AsyncIterable, Callable, Mapping
from logging import getLogger
from threading import current_thread, main_thread
from typing import Any, Final

import faust
from faust.web import Request, Response, View
from mode import Service
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from services.contracts.resources import home_dir
from services.stage.errors import SettingsError, StageError
from services.stage.kafka import kafka_loop
from services.stage.metrics import Metrics
from services.stage.model import Stage
from services.stage.plane import Command, DataPlane
from services.stage.settings import Security, Settings, faust_broker, from_environment, security

log = getLogger(__name__)

_STOP_SECONDS: Final = 15.0
_OURS: Final = __name__.partition(".")[0] + "."


class StageWorker(faust.Worker):
    """The faust worker; a signal reaches the data plane without waiting for faust (rule 10)."""

    def execute_from_commandline(self) -> Any:  # noqa: ANN401 (never returns)
        """The data plane need not wait for the control plane to start (rule 9)."""
        _plane(self.app).start()
        catch_signals(_plane(self.app))
        return super().execute_from_commandline()

    def _on_sigterm(self) -> None:
        _plane(self.app).terminate()
        super()._on_sigterm()

    def _on_sigint(self) -> None:
        _plane(self.app).terminate()
        super()._on_sigint()


class StageApp(faust.App):
    """A faust app that hosts a data plane."""

    plane: DataPlane


def stage_app(
    name: str, build_stage: Callable[[], Stage], environ: Mapping[str, str] = os.environ
) -> StageApp:
    """The app of a stage; `build_stage` is called in the data plane's thread when the worker starts.

    The app's id is the instance's own, so that every instance hears every control message (rule 9).
    """
    instance, prefix = (
        environ.get("CLAIMSTREAM_INSTANCE", "0"),
        environ.get("CLAIMSTREAM_PREFIX", "claimstream"),
    )
    app = StageApp(
        f"{prefix}-{name}-control-{instance}",
        Worker=StageWorker,
        autodiscover=False,
        broker_session_timeout=6,
        broker_heartbeat_interval=1,
        broker_request_timeout=20,
        producer_request_timeout=20,
        stream_wait_empty=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="latest",
        consumer_group_instance_id=f"{prefix}-{name}-control-{instance}",
        web_bind=environ.get("CLAIMSTREAM_WEB_BIND", "127.0.0.1"),
        web_port=int(environ.get("CLAIMSTREAM_WEB_PORT", "6066")),
        web_cors_options=None,
    )
    _configure_late(app, environ, f"{name}-{instance}")
    app.plane = _data_plane(name, build_stage, environ)
    app.service(_hosting(app.plane))
    _add_views(app)
    _add_control(app, name, prefix)
    return app


def catch_signals(plane: DataPlane) -> None:
    """Until faust's own handlers are there, a signal stops the data plane and its watchdog the process."""
    if current_thread() is main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: plane.terminate())


def _plane(app: Any) -> DataPlane:  # noqa: ANN401 (faust types it as any app)
    plane: DataPlane = app.plane
    return plane


def _data_plane(name: str, build_stage: Callable[[], Stage], environ: Mapping[str, str]) -> DataPlane:
    metrics = Metrics(name)
    return DataPlane(
        name, lambda: kafka_loop(built(build_stage), from_environment(environ), monitor=metrics), metrics
    )


def built(build_stage: Callable[[], Stage]) -> Stage:
    """The stage. What our packages raise on purpose before the first record is about how the service is set
    up (a site's file, a variable, a code set): it is told whole, and a restart does not help.
    """
    try:
        return build_stage()
    except Exception as error:
        if isinstance(error, StageError) or not type(error).__module__.startswith(_OURS):
            raise
        raise SettingsError(str(error)) from error


def _configure_late(app: StageApp, environ: Mapping[str, str], folder: str) -> None:
    """Ask for the broker only when the app is used: importing it needs none."""

    def configure(*arguments: Any, **_: Any) -> None:  # noqa: ANN401 (faust's signature)
        conf = arguments[-1]
        settings: Settings = from_environment(environ)
        conf.broker = faust_broker(settings)
        conf.broker_credentials = _credentials(security(settings))
        conf.datadir = home_dir(environ) / "faust" / folder
        conf.datadir.mkdir(parents=True, exist_ok=True)

    app.on_configured.connect(configure, weak=False)


def _credentials(how: Security) -> Any:  # noqa: ANN401 (faust has no common base that is exported)
    if how.protocol.startswith("SASL_"):
        return faust.SASLCredentials(
            username=how.username, password=how.password, ssl_context=how.context, mechanism=how.mechanism
        )
    if how.protocol == "SSL":
        return faust.SSLCredentials(how.context)
    if how.protocol != "PLAINTEXT":
        raise SettingsError(f"security.protocol {how.protocol} is unknown")
    return None


def _hosting(plane: DataPlane) -> type[Service]:
    class DataPlaneService(Service):
        """Ties the data plane's life to the worker's."""

        async def on_start(self) -> None:
            plane.start()

        async def on_stop(self) -> None:
            plane.stop()
            await asyncio.to_thread(plane.join, _STOP_SECONDS)

    return DataPlaneService


def _add_views(app: StageApp) -> None:
    @app.page("/health")
    async def health(web: View, _request: Request) -> Response:
        """200 or 503, with the reasons."""
        verdict = app.plane.health()
        body = {"stage": app.plane.name, "well": verdict.well, "reasons": list(verdict.reasons)}
        return web.json(body, status=200 if verdict.well else 503)

    @app.page("/metrics")
    async def metrics(web: View, _request: Request) -> Response:
        """For Prometheus."""
        return web.bytes(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST.split(";")[0])


def _add_control(app: StageApp, name: str, prefix: str) -> None:
    """Messages on `<prefix>-control`: `{"command": "pause" | "resume" | "reload", "stage": NAME or absent}`.

    A pause lasts until a resume or the instance's restart.
    """
    topic = app.topic(f"{prefix}-control", value_serializer="json", partitions=1, internal=True)

    @app.agent(topic)
    async def control(messages: AsyncIterable[Any]) -> None:
        async for message in messages:
            try:
                if message.get("stage") in {None, name}:
                    app.plane.command(Command(message["command"]))
            except (AttributeError, KeyError, TypeError, ValueError):
                log.warning("%s: a control message was not understood", name)

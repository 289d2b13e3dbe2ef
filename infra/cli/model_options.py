"""Options that several model commands have, and what they stand for."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from infra import clock
from infra.model_keys import trusted_keys
from infra.model_use import UsedModel, model_in_use, model_of
from infra.settings import Settings
from infra.store.access import StoreAccess, StoreUnavailable
from risk_model.local_time import SHANGHAI

DATA = typer.Option("--data", exists=True, dir_okay=False, help="标注文件（CSV、Excel、JSON Lines） labelled events")
DataFile = Annotated[Path, DATA]
Folder = Annotated[
    Path | None, typer.Option("--model", help="模型目录，默认为设置中的目录 artifact folder, default from the settings")
]
Seed = Annotated[int, typer.Option(help="随机种子 seed")]
TestShare = Annotated[float, typer.Option(min=0.01, max=0.9, help="用于评估的部分 share kept for evaluation")]
UsedFolder = Annotated[
    Path | None, typer.Option("--model", help="模型目录，默认为现用的模型 artifact folder, default: the model in use")
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="截至该日（含，北京时间），默认为现在 up to and including this local day"),
]
SEED, TEST_SHARE = 20250101, 0.2


def used_model(store: StoreAccess, settings: Settings, folder: Path | None) -> UsedModel:
    """The model named, else the one in use; that of the settings where there is no store."""
    if folder is not None:
        return model_of(folder, trusted_keys(settings))
    try:
        return store.read(model_in_use, settings)
    except StoreUnavailable:
        return model_of(settings.model_dir, trusted_keys(settings))


def end_of(until: datetime | None) -> datetime:
    """The moment a window ends: now, or the end of a local day."""
    return clock.now() if until is None else until.replace(tzinfo=SHANGHAI) + timedelta(days=1)

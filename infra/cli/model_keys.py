"""fuyuan model keys|sign: who may sign the models of this installation."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.model_keys import PUBLIC_SUFFIX, SigningKey, installation_key, keys_folder, own_key_file, trusted_keys
from infra.model_store import load_manifest, sign_artifact
from infra.settings import load_settings

app = typer.Typer()
SIGNER_FILE = "signer.pub"


@app.command(
    help="本机签名密钥（首次使用时生成）和信任的公钥 this installation's key, made at first use, and the keys it trusts"
)
def keys() -> None:
    """Show the keys; the pair is made when there is none."""
    settings, console = load_settings(), Console()
    own, path = installation_key(settings.home), own_key_file(settings.home)
    console.print(f"本机密钥 own key {own.fingerprint}（{path}）", soft_wrap=True)
    console.print(
        f"交给其他机器的公钥 public half for other machines {path.with_suffix(PUBLIC_SUFFIX)}", soft_wrap=True
    )
    trusted = trusted_keys(settings)
    console.print(f"信任 trusted（{keys_folder(settings)} 及随附 and the shipped one）：", soft_wrap=True)
    for fingerprint in trusted.fingerprints:
        console.print(f"  {fingerprint}{'  本机 own' if fingerprint == own.fingerprint else ''}")
    if own.fingerprint not in trusted.fingerprints:
        console.print(
            "[yellow]本机密钥不在信任之列：本机训练的模型不会被使用 the own key is not among them: models trained here are refused[/]"
        )


@app.command(help="给模型目录签名（先核实来源） sign an artifact folder: make sure of its source first")
def sign(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="模型目录 artifact folder")],
    once: Annotated[
        bool,
        typer.Option(
            "--once",
            help=f"用一次性密钥，公钥写入目录中的 {SIGNER_FILE}，私钥不保存 with a key used once and thrown away",
        ),
    ] = False,
) -> None:
    """Sign with the installation's key, or with one that is thrown away."""
    key = SigningKey.fresh() if once else installation_key(load_settings().home)
    sign_artifact(folder, key)
    if once:
        (folder / SIGNER_FILE).write_bytes(key.public_pem())
    Console().print(f"已签名 signed {load_manifest(folder).version}，密钥 key {key.fingerprint}")

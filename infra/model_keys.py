"""Ed25519 keys of model artifacts: the installation's own pair, and the public keys it trusts.

The signature is over the bytes of the manifest, which name the SHA-256 of the model file. Private keys stay on the machine that
trains; machines that judge need public keys only.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from infra.model_artifact import ModelRefused
from infra.settings import Settings

ALGORITHM = "ed25519"
PUBLIC_SUFFIX = ".pub"
_SHIPPED = Path(__file__).resolve().parent.parent / "risk_model" / "artifact" / "signer.pub"


class ModelKeyError(RuntimeError):
    """A key file cannot be used or written; the message says which and what to do."""

    for_operator = True
    code = "key"  # as of a refusal


class Signature(msgspec.Struct, frozen=True):
    """What stands in the file ``signature``: algorithm, fingerprint of the key, and the 64 bytes (base64 in JSON)."""

    algorithm: str
    key: str
    signature: bytes


class SigningKey:
    """A private key; same key and same manifest give the same signature."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def fresh(cls) -> Self:
        """A new key that exists in memory only."""
        return cls(Ed25519PrivateKey.generate())

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the public half."""
        return fingerprint(self._private.public_key())

    def sign(self, manifest: bytes) -> bytes:
        """The file ``signature`` of these manifest bytes."""
        return msgspec.json.encode(Signature(ALGORITHM, self.fingerprint, self._private.sign(manifest))) + b"\n"

    def public_pem(self) -> bytes:
        """The public half as PEM."""
        return self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def private_pem(self) -> bytes:
        """The private half as PEM, not encrypted: its file must be readable by its owner alone."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class TrustedKeys:
    """Public keys whose signature is accepted.

    Args:
        keys: the keys.
        place: folder to name in messages: where the operator adds a key.
    """

    def __init__(self, keys: Iterable[Ed25519PublicKey], place: Path) -> None:
        self._keys = {fingerprint(key): key for key in keys}
        self._place = place

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Fingerprints, sorted."""
        return tuple(sorted(self._keys))

    def check(self, manifest: bytes, signature: bytes, where: str) -> str:
        """Fingerprint of the key that signed these manifest bytes.

        Raises:
            ModelRefused: the signature is unreadable or wrong (``signature``), or of a key not trusted (``key``).
        """
        try:
            stated = msgspec.json.decode(signature, type=Signature)
        except (msgspec.DecodeError, msgspec.ValidationError):
            stated = None
        if stated is None or stated.algorithm != ALGORITHM:
            raise ModelRefused(
                "signature",
                f"{where} 的签名文件无法识别，请从原处重新复制 / unreadable signature: copy it again from its source",
            )
        key = self._keys.get(stated.key)
        if key is None:
            raise ModelRefused(
                "key",
                f"{where} 由密钥 {stated.key} 签名，本机不信任它（信任 {'、'.join(self.fingerprints) or '无'}）。核实来源后，把签名者的公钥"
                f"（*.pub）放入 {self._place} / signed by a key that is not trusted: make sure of its source, then put the signer's "
                f"public key into that folder",
            )
        try:
            key.verify(stated.signature, manifest)
        except InvalidSignature:
            raise ModelRefused(
                "signature",
                f"{where} 的清单与签名不符：签名后被改动，不要使用，请从原处重新复制或重新训练 / the manifest was changed after it was signed: "
                "do not use it; copy it again from its source or retrain",
            ) from None
        return stated.key


def fingerprint(key: Ed25519PublicKey) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def keys_folder(settings: Settings) -> Path:
    """Folder of the public keys this installation trusts, beside the one shipped."""
    return settings.model_keys_dir or settings.home / "keys" / "trusted"


def own_key_file(home: Path) -> Path:
    """The installation's private key; its public half lies beside it."""
    return home / "keys" / "model.key"


def trusted_keys(settings: Settings) -> TrustedKeys:
    """The key shipped with the shipped artifact, and every ``*.pub`` of the folder of trusted keys.

    Raises:
        ModelKeyError: a file there is no Ed25519 public key.
    """
    folder = keys_folder(settings)
    paths = [*([_SHIPPED] if _SHIPPED.is_file() else []), *sorted(folder.glob(f"*{PUBLIC_SUFFIX}"))]
    return TrustedKeys((_public_key(path) for path in paths), folder)


def installation_key(home: Path) -> SigningKey:
    """The installation's own key; it is made at first use, and its public half trusted by this installation.

    Raises:
        ModelKeyError: the file is no Ed25519 key, others may read it, or it cannot be written.
    """
    path = own_key_file(home)
    try:
        if not path.exists():
            _create(path, SigningKey.fresh())
        if path.stat().st_mode & 0o077:
            raise ModelKeyError(
                f"{path} 可被他人读取，请 chmod 600，并考虑换新密钥 / others can read it: chmod 600, and think of a new key"
            )
        private = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as bad:
        raise ModelKeyError(
            f"{path} 无法使用（{bad}）：恢复备份，或移走它后用 fuyuan model keys 重新生成 / restore it, or move it away and make a new one"
        ) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise ModelKeyError(f"{path} 不是 Ed25519 私钥 / not an Ed25519 private key")
    return SigningKey(private)


def _create(path: Path, key: SigningKey) -> None:
    """Write the pair; of two processes that try at once, one wins and both use its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(key.private_pem())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    trusted = path.parent / "trusted"
    trusted.mkdir(exist_ok=True)
    for public in (path.with_suffix(PUBLIC_SUFFIX), trusted / f"{key.fingerprint}{PUBLIC_SUFFIX}"):
        public.write_bytes(key.public_pem())


def _public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as bad:
        raise ModelKeyError(
            f"{path} 不是公钥（{bad}）：改正或移走 / not a public key: mend it or move it away"
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        raise ModelKeyError(
            f"{path} 不是 Ed25519 公钥：改正或移走 / not an Ed25519 public key: mend it or move it away"
        )
    return key

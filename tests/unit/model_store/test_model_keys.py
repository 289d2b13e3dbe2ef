"""Keys: made once, kept private, trusted by name; whatever is not signed by a trusted key is refused."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner

from infra.cli.model import app
from infra.model_artifact import ModelRefused
from infra.model_keys import ModelKeyError, SigningKey, TrustedKeys, installation_key, trusted_keys
from infra.settings import Settings, SettingsError, load_settings

MANIFEST = b'{"version": "linear-1"}\n'


def trusting(*keys: SigningKey, place: Path = Path("/etc/keys")) -> TrustedKeys:
    """Trust in these keys, through their files as an operator would place them."""
    place.mkdir(parents=True, exist_ok=True)
    for key in keys:
        (place / f"{key.fingerprint}.pub").write_bytes(key.public_pem())
    return trusted_keys(Settings(_env_file=None, model_keys_dir=place))


def test_pair_is_made_once_and_private(tmp_path: Path) -> None:
    """Readable by its owner alone; the second use finds the first key; this installation trusts itself."""
    first = installation_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys" / "model.key").stat().st_mode) == 0o600
    assert installation_key(tmp_path).fingerprint == first.fingerprint
    assert first.fingerprint in trusted_keys(Settings(_env_file=None, home=tmp_path)).fingerprints
    assert (tmp_path / "keys" / "model.pub").read_bytes() == first.public_pem()
    assert not list((tmp_path / "keys").glob(".*"))


def test_two_at_once_use_one_key(tmp_path: Path) -> None:
    """Of many that make the pair at the same moment, one wins."""
    with ThreadPoolExecutor(8) as pool:
        found = {key.fingerprint for key in pool.map(lambda _: installation_key(tmp_path), range(16))}
    assert len(found) == 1
    assert len(list((tmp_path / "keys" / "trusted").iterdir())) == 1


@pytest.mark.parametrize(
    "damage", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_damaged_key_says_what_to_do(tmp_path: Path, damage: bytes) -> None:
    """No new key takes the place of one that cannot be read."""
    installation_key(tmp_path)
    path = tmp_path / "keys" / "model.key"
    path.write_bytes(damage)
    with pytest.raises(ModelKeyError, match="fuyuan model keys"):
        installation_key(tmp_path)
    assert path.read_bytes() == damage


def test_key_others_can_read_is_refused(tmp_path: Path) -> None:
    """As with SSH."""
    installation_key(tmp_path)
    (tmp_path / "keys" / "model.key").chmod(0o640)
    with pytest.raises(ModelKeyError, match="chmod 600"):
        installation_key(tmp_path)


def test_signature_is_the_same_every_time() -> None:
    """Ed25519 draws nothing: same key and manifest, same file."""
    key = SigningKey.fresh()
    assert key.sign(MANIFEST) == key.sign(MANIFEST)


def test_accepts_a_trusted_key(tmp_path: Path) -> None:
    """It names the key."""
    key = SigningKey.fresh()
    assert trusting(key, place=tmp_path).check(MANIFEST, key.sign(MANIFEST), "x") == key.fingerprint


def test_unknown_key_is_refused(tmp_path: Path) -> None:
    """The message names the key, and the folder where it could be added."""
    key = SigningKey.fresh()
    with pytest.raises(ModelRefused) as caught:
        trusting(SigningKey.fresh(), place=tmp_path).check(MANIFEST, key.sign(MANIFEST), "x")
    assert caught.value.code == "key"
    assert key.fingerprint in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_forged_name_of_a_trusted_key_is_refused(tmp_path: Path) -> None:
    """A signature of one key under the fingerprint of another."""
    trusted, other = SigningKey.fresh(), SigningKey.fresh()
    forged = json.loads(other.sign(MANIFEST)) | {"key": trusted.fingerprint}
    with pytest.raises(ModelRefused) as caught:
        trusting(trusted, place=tmp_path).check(MANIFEST, json.dumps(forged).encode(), "x")
    assert caught.value.code == "signature"


@pytest.mark.parametrize(
    "change",
    [
        lambda signature: b"",
        lambda signature: b"{}",
        lambda signature: signature.replace(b"ed25519", b"none"),
        lambda signature: json.dumps(json.loads(signature) | {"signature": ""}).encode(),
        lambda signature: json.dumps(json.loads(signature) | {"signature": "AAAA"}).encode(),
    ],
)
def test_unreadable_or_wrong_signature_is_refused(tmp_path: Path, change) -> None:
    """Empty, of another algorithm, cut."""
    key = SigningKey.fresh()
    with pytest.raises(ModelRefused) as caught:
        trusting(key, place=tmp_path).check(MANIFEST, change(key.sign(MANIFEST)), "x")
    assert caught.value.code == "signature"


@pytest.mark.parametrize("other", [b"x", None])
def test_file_that_is_no_ed25519_public_key_is_named(tmp_path: Path, other: bytes | None) -> None:
    """A broken or foreign file among the trusted keys stops, it is not passed over."""
    foreign = generate_private_key(SECP256R1()).public_key()
    pem = foreign.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "a.pub").write_bytes(pem if other is None else other)
    with pytest.raises(ModelKeyError, match=r"a\.pub"):
        trusting(place=tmp_path)


def test_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    """A misspelt setting must not mean: trust nobody."""
    with pytest.raises(SettingsError, match="no folder"):
        load_settings(model_keys_dir=tmp_path / "none")


def test_keys_command(own_home: Path) -> None:
    """It makes the pair and lists it among the trusted."""
    shown = CliRunner().invoke(app, ["keys"])
    assert shown.exit_code == 0, shown.output
    assert shown.output.count(installation_key(own_home).fingerprint) == 2

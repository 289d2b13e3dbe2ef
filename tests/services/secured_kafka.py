"""A broker as a city runs one: a listener with SASL and TLS beside the plain one, and a certificate authority of its own."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from infra.kafka.node import Node
from infra.ports import LOOPBACK

USER = "fuyuan"
PASSWORD = "only-for-this-test"


def make_certificates(folder: Path) -> tuple[Path, Path]:
    """Write a self-made authority (ca.pem) and a server certificate with its key for 127.0.0.1 (server.pem); return both paths."""
    now = datetime.datetime.now(datetime.UTC)
    authority_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    server_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fuyuan test authority")])

    def certificate(subject: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )

    root = (
        certificate(authority, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )  # fmt: skip
    server = (
        certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)]), server_key)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key_text = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    ca_file, server_file = folder / "ca.pem", folder / "server.pem"
    ca_file.write_bytes(root.public_bytes(pem))
    server_file.write_bytes(key_text + server.public_bytes(pem))
    return ca_file, server_file


def secured_listener(port: int, server_file: Path, node: Node) -> dict[str, object]:
    """Return the broker settings that add a SASL_SSL listener on `port`, PLAIN with one user."""
    login = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    return {
        "listeners": f"PLAINTEXT://{LOOPBACK}:{node.port},CITY://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{node.port},CITY://{LOOPBACK}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CITY:SASL_SSL,CONTROLLER:PLAINTEXT",
        "listener.name.city.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.city.plain.sasl.jaas.config": f'{login} user_{USER}="{PASSWORD}";',
        "listener.name.city.ssl.keystore.type": "PEM",
        "listener.name.city.ssl.keystore.location": server_file,
    }

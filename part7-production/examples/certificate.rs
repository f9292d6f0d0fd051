//! A certificate for this machine, to try TLS with: `cargo run -p part7-production --example certificate -- DIR`.
//!
//! Out: three PEM files in DIR: an authority of your own, a certificate that it has signed, and its key.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

fn main() -> Result<()> {
    let directory: PathBuf = env::args_os().nth(1).context("say into which directory")?.into();
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "an authority of my own");
    let authority_key = KeyPair::generate()?;
    let root = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let names = ["localhost", "127.0.0.1"].map(String::from);
    let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
    for (name, pem) in
        [("ca.pem", root.pem()), ("cert.pem", certificate.pem()), ("key.pem", key.serialize_pem())]
    {
        let path = directory.join(name);
        fs::write(&path, pem).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("written to {}: ca.pem, cert.pem, key.pem", directory.display());
    Ok(())
}

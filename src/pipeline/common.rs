//! What the clients of an account share, and what a refusal says about it.

use crate::clock_skew::ClockSkew;
use crate::credential::{Credential, Proof, Rights};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Location, Response};
use crate::time::Timestamp;

use super::options::ClientOptions;

/// What clients of the same account have in common.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) endpoint: Endpoint,
    pub(super) credential: Credential,
    pub(super) clock_skew: ClockSkew,
    pub(super) options: ClientOptions,
}

/// Code of an error that says what an emulator misses in the address.
const EMULATOR_ACCOUNT: &str = "EmulatorAccount";

impl Common {
    /// Refuses what a proof does not allow.
    pub(super) fn check(&self, proof: &Proof, rights: &Rights, machine: Timestamp) -> Result<()> {
        let service = self.clock_skew.service_time(machine);
        proof.check(rights, self.endpoint.scheme, machine, service).map_err(|error| self.mind_the_clock(error))
    }

    /// Says what an address lacks that an emulator answers with a bare 400, or with an account that it
    /// does not know.
    pub(super) fn explain_emulator(&self, error: Error, response: &Response, location: Location) -> Error {
        let is_azurite = response.is_from_emulator();
        if !self.endpoint.is_emulator() && !is_azurite {
            return error;
        }
        const UNKNOWN: &str = "The emulator does not know this account: AZURITE_ACCOUNTS lists those of Azurite.";
        let why = match (response.status, error.code()) {
            (400, None) if response.body.is_empty() => self.endpoint.explain_missing_account(location),
            (404, Some("ResourceNotFound")) => {
                let missing = self.endpoint.explain_missing_account(location);
                missing.or(is_azurite.then(|| UNKNOWN.to_owned()))
            }
            _ => None,
        };
        match why {
            None => error,
            Some(why) => {
                let code = error.code().unwrap_or(EMULATOR_ACCOUNT).to_owned();
                error.adding("{}", &[&why]).with_code(Some(code))
            }
        }
    }

    /// What a refusal of the proof means, and whether the next attempt can prove more: with
    /// the service's time, with another SAS or token.
    pub(super) fn refused(
        &self,
        error: Error,
        rights: &Rights,
        proof: &Proof,
        response: &Response,
        host: &str,
        machine: Timestamp,
    ) -> (Error, bool) {
        let clock_set = self.clock_skew.learn(response, Some(&error), machine);
        if !matches!(response.status, 401 | 403 | 404 | 409) {
            return (error, false);
        }
        let is_emulator = self.endpoint.is_emulator() || response.is_from_emulator();
        let error = proof.explain(error, rights, self.clock_skew.service_time(machine), is_emulator);
        if !matches!(response.status, 401 | 403) {
            return (error, false);
        }
        let dated_anew = clock_set && proof.is_dated() && error.kind() == ErrorKind::ClientAuthentication;
        let (error, renewed) = self.credential.renew(proof, response, self.mind_the_clock(error), host);
        (error, dated_anew || renewed)
    }

    /// Tells by how much the clock is off, where that may be the reason.
    fn mind_the_clock(&self, error: Error) -> Error {
        match (error.kind(), self.clock_skew.in_words()) {
            (ErrorKind::ClientAuthentication | ErrorKind::SasExpired, Some(words)) => error.adding("{}", &[&words]),
            (ErrorKind::SasExpired, None) if !self.clock_skew.is_known() => error.adding(
                "That is by the clock of this machine, and the service has not told its time yet: if the clock is \
                ahead, put it right, or leave the check to the service (option check_access).",
                &[],
            ),
            _ => error,
        }
    }
}

/** A field for the account that a token or a key is for. */
export function AccountField({ problem }: { problem?: string | undefined }) {
  return (
    <>
      <label for="account">Storage account</label>
      <input
        id="account"
        name="account"
        class="wide"
        type="text"
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        placeholder="myaccount"
        aria-describedby="account-hint account-problem"
        aria-invalid={problem !== undefined}
      />
      <p id="account-hint" class="hint">
        Its name, or the address of its queue service.
      </p>
      <p id="account-problem" class="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

import { useState } from "preact/hooks";
import { permissionSets } from "../connect.ts";
import { linkToList, openKey, refusal } from "../session.ts";
import { AccountField } from "./AccountField.tsx";
import { Heading } from "./Heading.tsx";
import { SecretField } from "./SecretField.tsx";

const command = [
  "az storage account generate-sas --account-name ACCOUNT",
  `--services q --resource-types sco --permissions ${permissionSets.work}`,
  "--expiry 2030-12-31T23:59Z --https-only",
].join(" \\\n  ");

/** Makes a token from an account key. */
export function MakeToken() {
  const [hasConnectionString, setConnectionString] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(fields.get(name) ?? "");
    openKey(text("key"), text("account"), text("permission"), Number(text("hours")));
  };
  const { value: refused } = refusal;
  const problemOf = (field: string) => (refused?.field === field ? refused.message : undefined);
  return (
    <section class="card welcome">
      <Heading title="Make a token">Make a token from an account key</Heading>
      <p>
        <strong>Where the key goes:</strong> it stays in the memory of this page, which signs the token by itself. No
        request contains the key, and the page does not store it. But an account key allows everything and does not
        expire. Enter it only in a page that you trust as much as your own machine.
      </p>
      <details>
        <summary>Make the token without giving the key to a browser</summary>
        <p>Where the command line of Azure is signed in, it makes the same token. Give it an end that suits you.</p>
        <pre>{command}</pre>
      </details>
      <form onSubmit={submit}>
        <SecretField
          name="key"
          label="Account key, or a connection string with it"
          problem={problemOf("key") ?? problemOf("address")}
          onInput={(text) => setConnectionString(/;|AccountKey=/i.test(text))}
        />
        {!hasConnectionString && <AccountField problem={problemOf("account")} />}
        <div class="line">
          <div class="field">
            <label for="permission">The token allows to</label>
            <select id="permission" name="permission">
              <option value={permissionSets.look}>look: list, count, peek</option>
              <option value={permissionSets.work}>work: also send, receive, delete</option>
            </select>
          </div>
          <div class="field">
            <label for="hours">It ends in</label>
            <select id="hours" name="hours">
              <option value="1">1 hour</option>
              <option value="8">8 hours</option>
              <option value="168">7 days</option>
            </select>
          </div>
        </div>
        <button type="submit" class="main">
          Make the token and open it
        </button>
      </form>
      <p>
        <a href={linkToList}>← Open with a token</a>
      </p>
    </section>
  );
}

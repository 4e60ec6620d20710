interface Props {
  name: string;
  label: string;
  hint?: string;
  placeholder?: string;
  /** Why the text was refused. */
  problem?: string | undefined;
  onInput?: (text: string) => void;
}

/** A field for a token or a key. */
export function SecretField({ name, label, hint, placeholder, problem, onInput }: Props) {
  return (
    <>
      <label for={name}>{label}</label>
      {/* Not a password field: browsers would offer to keep it. */}
      <input
        id={name}
        name={name}
        class="secret"
        type="text"
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        placeholder={placeholder}
        aria-describedby={`${name}-hint ${name}-problem`}
        aria-invalid={problem !== undefined}
        onInput={onInput && (({ currentTarget }) => onInput(currentTarget.value))}
      />
      {hint && (
        <p id={`${name}-hint`} class="hint">
          {hint}
        </p>
      )}
      <p id={`${name}-problem`} class="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

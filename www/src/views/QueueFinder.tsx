import { useRef } from "preact/hooks";
import { linkTo } from "../session.ts";

/** The time after the last key until the queues are listed, in milliseconds. */
const TYPING = 250;

interface Props {
  /** How the names of the listed queues begin. */
  prefix: string;
  /** Lists the queues whose names begin so; missing when the token cannot list. */
  onPrefix?: ((prefix: string) => void) | undefined;
}

/** Finds queues by the beginning of their names, and opens one by its name. */
export function QueueFinder({ prefix, onPrefix }: Props) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const find = (input: HTMLInputElement) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onPrefix?.(nameIn(input)), TYPING);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { queue } = (event.currentTarget as HTMLFormElement).elements as unknown as { queue: HTMLInputElement };
    location.hash = linkTo(nameIn(queue));
  };
  return (
    <form class="finder" onSubmit={submit}>
      <label for="queue">{onPrefix ? "Name, or how it begins" : "Queue, by its name"}</label>
      <div class="line">
        <input
          id="queue"
          name="queue"
          type="search"
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          defaultValue={prefix}
          onInput={({ currentTarget }) => find(currentTarget)}
        />
        <button type="submit">Open</button>
      </div>
    </form>
  );
}

/** Names of queues have no capitals. */
const nameIn = ({ value }: HTMLInputElement) => value.trim().toLowerCase();

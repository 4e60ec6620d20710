import { linkTo } from "../session.ts";

/** Opens a queue that a token cannot list. */
export function QueueByName() {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { queue } = (event.currentTarget as HTMLFormElement).elements as unknown as { queue: HTMLInputElement };
    location.hash = linkTo(queue.value.trim());
  };
  return (
    <form class="line" onSubmit={submit}>
      <label>
        Queue, by its name
        <input name="queue" type="text" required autocomplete="off" autocapitalize="none" spellcheck={false} />
      </label>
      <button type="submit">Open queue</button>
    </form>
  );
}

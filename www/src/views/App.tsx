import { forget, messages, session } from "../session.ts";
import { QueueList } from "./QueueList.tsx";
import { QueuePage } from "./QueuePage.tsx";
import { TokenCard } from "./TokenCard.tsx";
import { TokenForm } from "./TokenForm.tsx";

/** The whole page: a form for the token, then what it opens. */
export function App() {
  const current = session.value;
  return (
    <>
      <header class="top">
        <p class="brand">
          <img src="./favicon.svg" alt="" width="24" height="24" />
          Azure queues
        </p>
        {current && (
          <button type="button" class="quiet" onClick={forget}>
            Forget token
          </button>
        )}
      </header>
      <main>
        {current ? (
          <>
            <TokenCard opened={current.opened} />
            {messages.value ? (
              <QueuePage key={messages.value.queueName} session={current} messages={messages.value} />
            ) : (
              <QueueList session={current} />
            )}
          </>
        ) : (
          <TokenForm />
        )}
      </main>
    </>
  );
}

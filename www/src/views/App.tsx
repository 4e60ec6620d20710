import { forget, messages, route, session } from "../session.ts";
import { MakeToken } from "./MakeToken.tsx";
import { QueueList } from "./QueueList.tsx";
import { QueuePage } from "./QueuePage.tsx";
import { TokenCard } from "./TokenCard.tsx";
import { TokenForm } from "./TokenForm.tsx";

/** The whole page: a form for the token, then the queues that it opens. */
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
      <main>{current ? <Workbench /> : route.value.isMakingToken ? <MakeToken /> : <TokenForm />}</main>
    </>
  );
}

/** On a wide screen the list of queues stands beside the open queue; on a narrow one either of both is shown. */
function Workbench() {
  const current = session.value;
  const shown = messages.value;
  if (!current) return null;
  const queuePage = shown && <QueuePage key={shown.queueName} session={current} messages={shown} />;
  return (
    <>
      <TokenCard session={current} />
      {current.hasAccount ? (
        <div class={`workbench ${shown ? "with-queue" : ""}`}>
          <QueueList session={current} isMain={!shown} />
          {queuePage ?? <p class="hint placeholder">Choose a queue to see its messages.</p>}
        </div>
      ) : (
        queuePage
      )}
    </>
  );
}

// A few queues to look at, as somebody might have them.

const day = 24 * 3600;

/** Fills an account. */
export async function seed(service) {
  const texts = await created("orders");
  const base64 = await created("emails", "base64");
  const unicode = await created("greetings");
  const many = await created("readings");
  const hidden = await created("reminders");
  await created("nothing-yet");

  const cities = ["Bergen", "Kraków", "Leiden", "Porto"];
  for (const [index, city] of cities.entries()) {
    const order = { order: 1041 + index, city, items: [{ tea: "Assam", cups: index + 1 }] };
    await texts.sendMessage(JSON.stringify(order, undefined, 2), { timeToLive: day });
  }
  await texts.sendMessage(`A long one. ${"The kettle is on, the cups are out, and nobody is here yet. ".repeat(40)}`);
  await texts.sendMessage("<order id='1045'>\n  <tea>Darjeeling</tea>\n</order>", { timeToLive: -1 });

  for (const name of ["Ada", "Grace", "Zoë"]) await base64.sendMessage(`Dear ${name},\nyour tea is ready.`);
  await service.getQueueClient("emails").sendMessage("Somebody forgot the Base64 here.");

  for (const text of ["Grüß Gott", "こんにちは", "שלום", "Привет", "👋🏽 नमस्ते"]) await unicode.sendMessage(text);

  const readings = Array.from({ length: 120 }, (_, index) => ({ sensor: index % 7, celsius: 18 + (index % 9) / 2 }));
  await Promise.all(readings.map((reading) => many.sendMessage(JSON.stringify(reading))));

  // The count knows of it, and nobody can see it.
  await hidden.sendMessage("Drink your tea.", { visibilityTimeout: 3600 });

  async function created(name, messageEncoding = "text") {
    const queue = service.getQueueClient(name, { messageEncoding });
    await queue.createQueue();
    return queue;
  }
}

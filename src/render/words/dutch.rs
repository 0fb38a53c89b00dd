//! Dutch.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "nl",
    own_name: "Nederlands",
    all_releases: "Alle berichten",
    subscribe: "Abonneren",
    subscribe_rss: "Abonneren (RSS)",
    embed: "Insluiten",
    updated_at: "Bijgewerkt {date}, {time}",
    updated_on: "Bijgewerkt {date}",
    nothing_yet: "Nog niets gepubliceerd",
    nothing_more: "Het volgende bericht verschijnt hier.",
    original_at: "Origineel op {host}",
    attachments: "Bijlagen",
    bytes: ["kB", "MB", "GB"],
    decimal: ',',
    languages: "Talen",
    all_languages: "Alle",
    about: "Over deze site",
    brands: "Merken",
    groups: "Groepen",
    no_publications: "Hier staat nog geen merk en geen groep.",
    subscribe_lead: "Geef een van deze adressen aan uw feedlezer. Nieuwe berichten komen dan naar u toe, zonder account \
                     en zonder e-mailadres.",
    feed_question: "Wat is een feed?",
    embed_lead: "Plak dit op de plek van uw pagina waar de berichten moeten staan. Er is geen script nodig; het volgt \
                 de breedte van de kolom en blijft vanzelf actueel.",
    preview: "Zo ziet het eruit",
    follow_name: "{name} volgen",
    feed_answer: "Een feed is een pagina voor programma’s: de nieuwste berichten, altijd op hetzelfde adres. Een \
                  feedlezer kijkt daar voor u en toont wat nieuw is, naast alles wat u verder volgt. U leest wanneer \
                  u wilt; geen algoritme kiest voor u.",
    how: "Zo volgt u",
    steps: [
        "Neem een feedlezer: Feedly, Inoreader en NewsBlur werken in de browser, NetNewsWire op Apple-apparaten, \
         Thunderbird en Newsboat op de computer.",
        "Kopieer een van de adressen hieronder.",
        "Kies in de lezer “Feed toevoegen”, “Volgen” of “+” en plak het adres.",
    ],
    which: "Welk adres",
    which_answer: "Alle drie bevatten dezelfde berichten. Twijfelt u, neem dan RSS.",
    rss_for: "elke feedlezer begrijpt het",
    atom_for: "hetzelfde, met precieze datums en bronnen",
    json_for: "hetzelfde, voor eigen programma’s",
    privacy: "Volgen laat hier geen spoor van u achter: geen account, geen cookie, geen lijst van lezers. Stoppen doet \
              u door de feed uit uw lezer te verwijderen.",
    missing: "Niets op dit adres",
    missing_why: "Misschien is de pagina verplaatst, of staat er een letter verkeerd in het adres. De eerste pagina noemt alles wat hier verschijnt.",
    ended: "Verschijnt niet meer",
    ended_why: "Deze uitgave is gestopt. De eerste pagina noemt alles wat hier nog verschijnt.",
    failed: "Nu niet beschikbaar",
    failed_why: "Er ging bij ons iets mis. De pagina komt terug zodra het verholpen is; probeer het over een minuut opnieuw.",
    table: "Tabel",
    video_at: "Video op {host}",
    audio_at: "Audio op {host}",
    about_company: "Over het bedrijf",
    contacts: "Contact",
    notices: "Toelichting",
};

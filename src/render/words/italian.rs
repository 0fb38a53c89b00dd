//! Italian.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "it",
    own_name: "Italiano",
    all_releases: "Tutti i comunicati",
    subscribe: "Abbonati",
    subscribe_rss: "Abbonati (RSS)",
    embed: "Incorpora",
    updated_at: "Aggiornato il {date}, {time}",
    updated_on: "Aggiornato il {date}",
    nothing_yet: "Ancora nessuna pubblicazione",
    nothing_more: "Il prossimo comunicato apparirà qui.",
    original_at: "Originale su {host}",
    attachments: "Allegati",
    bytes: ["kB", "MB", "GB"],
    decimal: ',',
    languages: "Lingue",
    all_languages: "Tutte",
    about: "Informazioni sul sito",
    brands: "Marchi",
    groups: "Gruppi",
    no_publications: "Qui non figura ancora nessun marchio e nessun gruppo.",
    subscribe_lead: "Dai uno di questi indirizzi al tuo lettore di feed: i nuovi comunicati ti arrivano senza account \
                     e senza indirizzo e-mail.",
    feed_question: "Che cos’è un feed?",
    embed_lead: "Incolla questo codice nel punto della tua pagina in cui devono apparire i comunicati. Non richiede \
                 script, segue la larghezza della colonna e si aggiorna da solo.",
    preview: "Come appare",
    follow_name: "Segui {name}",
    feed_answer: "Un feed è una pagina fatta per i programmi: gli ultimi comunicati, sempre allo stesso indirizzo. Un \
                  lettore la consulta per te e ti mostra le novità accanto a tutto ciò che segui. Leggi quando vuoi; \
                  nessun algoritmo sceglie al posto tuo.",
    how: "Come seguire",
    steps: [
        "Scegli un lettore: Feedly, Inoreader e NewsBlur funzionano nel browser, NetNewsWire sui dispositivi Apple, \
         Thunderbird e Newsboat sul computer.",
        "Copia uno degli indirizzi qui sotto.",
        "Nel lettore scegli «Aggiungi feed», «Segui» o «+» e incollalo.",
    ],
    which: "Quale indirizzo",
    which_answer: "Tutti e tre contengono gli stessi comunicati. Nel dubbio scegli RSS.",
    rss_for: "lo capiscono tutti i lettori",
    atom_for: "lo stesso, con date e fonti esatte",
    json_for: "lo stesso, per i tuoi programmi",
    privacy: "Seguire un feed non lascia qui alcuna traccia di te: nessun account, nessun cookie, nessun elenco di \
              lettori. Per smettere, togli il feed dal tuo lettore.",
    missing: "Niente a questo indirizzo",
    missing_why: "La pagina potrebbe essersi spostata, o nell’indirizzo c’è una lettera sbagliata. La prima pagina elenca tutto ciò che si pubblica qui.",
    ended: "Non più pubblicato",
    ended_why: "Questa pubblicazione è terminata. La prima pagina elenca tutto ciò che si pubblica ancora qui.",
    failed: "Per ora non disponibile",
    failed_why: "Qualcosa non ha funzionato da parte nostra. La pagina tornerà appena riparato il guasto; riprova tra un minuto.",
    table: "Tabella",
    video_at: "Video su {host}",
    audio_at: "Audio su {host}",
    about_company: "Informazioni sull’azienda",
    contacts: "Contatti",
    notices: "Avvertenze",
};

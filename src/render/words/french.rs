//! French.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "fr",
    own_name: "Français",
    all_releases: "Tous les communiqués",
    subscribe: "S’abonner",
    subscribe_rss: "S’abonner (RSS)",
    embed: "Intégrer",
    updated_at: "Mis à jour le {date} à {time}",
    updated_on: "Mis à jour le {date}",
    nothing_yet: "Rien de publié pour l’instant",
    nothing_more: "Le prochain communiqué paraîtra ici.",
    original_at: "Texte original sur {host}",
    attachments: "Pièces jointes",
    bytes: ["ko", "Mo", "Go"],
    decimal: ',',
    languages: "Langues",
    all_languages: "Toutes",
    about: "À propos de ce site",
    brands: "Marques",
    groups: "Groupes",
    no_publications: "Aucune marque, aucun groupe ne figure encore ici.",
    subscribe_lead: "Donnez l’une de ces adresses à votre lecteur de flux : les nouveaux communiqués viennent à vous, \
                     sans compte et sans adresse électronique.",
    feed_question: "Qu’est-ce qu’un flux ?",
    embed_lead: "Collez ceci à l’endroit de votre page où les communiqués doivent paraître. Aucun script n’est \
                 nécessaire ; le bloc épouse la largeur de sa colonne et se tient à jour de lui-même.",
    preview: "Ce que l’on verra",
    follow_name: "Suivre {name}",
    feed_answer: "Un flux est une page faite pour les logiciels : les derniers communiqués, toujours à la même \
                  adresse. Un lecteur de flux la consulte pour vous et vous montre ce qui est nouveau, à côté de \
                  tout ce que vous suivez déjà. Vous lisez quand vous voulez ; aucun algorithme ne choisit à votre \
                  place.",
    how: "Comment s’y prendre",
    steps: [
        "Choisissez un lecteur de flux : Feedly, Inoreader ou NewsBlur dans le navigateur, NetNewsWire sur les \
         appareils Apple, Thunderbird ou Newsboat sur un ordinateur.",
        "Copiez l’une des adresses ci‑dessous.",
        "Dans le lecteur, choisissez « Ajouter un flux », « Suivre » ou « + », puis collez l’adresse.",
    ],
    which: "Quelle adresse choisir",
    which_answer: "Toutes trois donnent les mêmes communiqués. Dans le doute, prenez RSS.",
    rss_for: "tous les lecteurs le comprennent",
    atom_for: "le même, avec les dates et les sources exactes",
    json_for: "le même, pour vos propres programmes",
    privacy: "Suivre un flux ne laisse ici aucune trace de vous : ni compte, ni cookie, ni liste de lecteurs. Pour \
              arrêter, retirez le flux de votre lecteur.",
    missing: "Rien à cette adresse",
    missing_why: "La page a peut-être changé de place, ou une lettre de l’adresse est fausse. La première page donne la liste de tout ce qui est publié ici.",
    ended: "N’est plus publié",
    ended_why: "Cette publication a pris fin. La première page donne la liste de tout ce qui paraît encore ici.",
    failed: "Indisponible pour l’instant",
    failed_why: "Quelque chose a échoué de notre côté. La page reviendra dès que ce sera réparé ; réessayez dans une minute.",
    table: "Tableau",
    video_at: "Vidéo sur {host}",
    audio_at: "Audio sur {host}",
    about_company: "À propos de l’entreprise",
    contacts: "Contacts",
    notices: "Mentions",
};

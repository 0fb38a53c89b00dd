//! Spanish.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "es",
    own_name: "Español",
    all_releases: "Todos los comunicados",
    subscribe: "Suscribirse",
    subscribe_rss: "Suscribirse (RSS)",
    embed: "Insertar",
    updated_at: "Actualizado el {date} a las {time}",
    updated_on: "Actualizado el {date}",
    nothing_yet: "Aún no hay nada publicado",
    nothing_more: "El próximo comunicado aparecerá aquí.",
    original_at: "Original en {host}",
    attachments: "Archivos adjuntos",
    bytes: ["kB", "MB", "GB"],
    decimal: ',',
    languages: "Idiomas",
    all_languages: "Todos",
    about: "Acerca de este sitio",
    brands: "Marcas",
    groups: "Grupos",
    no_publications: "Aquí aún no figura ninguna marca ni ningún grupo.",
    subscribe_lead: "Dé una de estas direcciones a su lector de canales. Los nuevos comunicados le llegarán sin cuenta \
                     y sin correo electrónico.",
    feed_question: "¿Qué es un canal?",
    embed_lead: "Pegue esto en el lugar de su página donde deban aparecer los comunicados. No necesita ningún script, \
                 se adapta al ancho de su columna y se mantiene al día.",
    preview: "Así se verá",
    follow_name: "Seguir a {name}",
    feed_answer: "Un canal es una página hecha para programas: los últimos comunicados, siempre en la misma dirección. \
                  Un lector la consulta por usted y le muestra lo nuevo junto a todo lo demás que sigue. Usted lee \
                  cuando quiere; ningún algoritmo elige por usted.",
    how: "Cómo seguirlo",
    steps: [
        "Elija un lector: Feedly, Inoreader y NewsBlur funcionan en el navegador, NetNewsWire en dispositivos Apple, \
         Thunderbird y Newsboat en el ordenador.",
        "Copie una de las direcciones de abajo.",
        "En el lector, elija «Añadir canal», «Seguir» o «+» y péguela.",
    ],
    which: "Qué dirección elegir",
    which_answer: "Las tres traen los mismos comunicados. En caso de duda, elija RSS.",
    rss_for: "lo entienden todos los lectores",
    atom_for: "lo mismo, con fechas y fuentes exactas",
    json_for: "lo mismo, para sus propios programas",
    privacy: "Seguir un canal no deja aquí ningún rastro de usted: ni cuenta, ni cookies, ni lista de lectores. Para \
              dejarlo, quite el canal de su lector.",
    missing: "Nada en esta dirección",
    missing_why: "Puede que la página haya cambiado de lugar o que haya una letra equivocada en la dirección. La primera página enumera todo lo que se publica aquí.",
    ended: "Ya no se publica",
    ended_why: "Esta publicación ha terminado. La primera página enumera todo lo que aún se publica aquí.",
    failed: "No disponible por ahora",
    failed_why: "Algo ha fallado por nuestra parte. La página volverá en cuanto esté arreglado; inténtelo de nuevo dentro de un minuto.",
    table: "Tabla",
    video_at: "Vídeo en {host}",
    audio_at: "Audio en {host}",
    about_company: "Acerca de la empresa",
    contacts: "Contacto",
    notices: "Avisos",
};

//! Portuguese.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "pt",
    own_name: "Português",
    all_releases: "Todos os comunicados",
    subscribe: "Subscrever",
    subscribe_rss: "Subscrever (RSS)",
    embed: "Incorporar",
    updated_at: "Atualizado em {date}, {time}",
    updated_on: "Atualizado em {date}",
    nothing_yet: "Ainda nada publicado",
    nothing_more: "O próximo comunicado aparecerá aqui.",
    original_at: "Original em {host}",
    attachments: "Anexos",
    bytes: ["kB", "MB", "GB"],
    decimal: ',',
    languages: "Idiomas",
    all_languages: "Todos",
    about: "Sobre este site",
    brands: "Marcas",
    groups: "Grupos",
    no_publications: "Ainda não há aqui nenhuma marca nem nenhum grupo.",
    subscribe_lead: "Dê um destes endereços ao seu leitor de feeds. Os novos comunicados chegam até si, sem conta e \
                     sem endereço de e-mail.",
    feed_question: "O que é um feed?",
    embed_lead: "Cole isto no lugar da sua página onde os comunicados devem aparecer. Não precisa de nenhum script, \
                 acompanha a largura da coluna e mantém-se atualizado.",
    preview: "Como fica",
    follow_name: "Seguir {name}",
    feed_answer: "Um feed é uma página feita para programas: os comunicados mais recentes, sempre no mesmo endereço. \
                  Um leitor consulta-a por si e mostra-lhe o que há de novo, ao lado de tudo o que já segue. Lê \
                  quando quiser; nenhum algoritmo escolhe por si.",
    how: "Como seguir",
    steps: [
        "Escolha um leitor: Feedly, Inoreader e NewsBlur funcionam no navegador, NetNewsWire em dispositivos Apple, \
         Thunderbird e Newsboat no computador.",
        "Copie um dos endereços abaixo.",
        "No leitor, escolha «Adicionar feed», «Seguir» ou «+» e cole-o.",
    ],
    which: "Que endereço escolher",
    which_answer: "Os três trazem os mesmos comunicados. Na dúvida, escolha RSS.",
    rss_for: "entendido por todos os leitores",
    atom_for: "o mesmo, com datas e fontes exatas",
    json_for: "o mesmo, para os seus próprios programas",
    privacy: "Seguir um feed não deixa aqui nenhum rasto seu: nem conta, nem cookies, nem lista de leitores. Para \
              deixar de seguir, remova o feed do seu leitor.",
    missing: "Nada neste endereço",
    missing_why: "A página pode ter mudado de lugar, ou há uma letra errada no endereço. A primeira página enumera tudo o que se publica aqui.",
    ended: "Já não se publica",
    ended_why: "Esta publicação terminou. A primeira página enumera tudo o que ainda se publica aqui.",
    failed: "Indisponível de momento",
    failed_why: "Algo falhou do nosso lado. A página volta assim que estiver reparado; tente de novo dentro de um minuto.",
    table: "Tabela",
    video_at: "Vídeo em {host}",
    audio_at: "Áudio em {host}",
    about_company: "Sobre a empresa",
    contacts: "Contactos",
    notices: "Avisos",
};

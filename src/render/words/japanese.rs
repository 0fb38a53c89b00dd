//! Japanese.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "ja",
    own_name: "日本語",
    all_releases: "すべてのリリース",
    subscribe: "購読する",
    subscribe_rss: "購読する（RSS）",
    embed: "埋め込む",
    updated_at: "{date} {time} 更新",
    updated_on: "{date} 更新",
    nothing_yet: "まだ公開されたものはありません",
    nothing_more: "次のリリースはここに表示されます。",
    original_at: "原文（{host}）",
    attachments: "添付ファイル",
    bytes: ["KB", "MB", "GB"],
    decimal: '.',
    languages: "言語",
    all_languages: "すべて",
    about: "このサイトについて",
    brands: "ブランド",
    groups: "グループ",
    no_publications: "ブランドもグループもまだ登録されていません。",
    subscribe_lead: "次のアドレスのいずれかをフィードリーダーに登録すると、新しいリリースが自動的に届きます。\
                     アカウントもメールアドレスも要りません。",
    feed_question: "フィードとは",
    embed_lead: "ページの中でリリースを表示したい場所に、次のコードを貼り付けてください。\
                 スクリプトは不要で、幅は自動的に合い、内容は常に最新です。",
    preview: "表示例",
    follow_name: "{name}を購読する",
    feed_answer: "フィードは、ソフトウェアのために作られたページです。最新のリリースが、いつも同じアドレスにあります。\
                  フィードリーダーがそこを確認し、新しいものをほかの購読先と並べて見せてくれます。\
                  読むのは好きなときに。何を読むかをアルゴリズムが選ぶことはありません。",
    how: "購読のしかた",
    steps: [
        "フィードリーダーを選びます。ブラウザーなら Feedly、Inoreader、NewsBlur、Apple の機器なら NetNewsWire、\
         パソコンなら Thunderbird や Newsboat があります。",
        "下のアドレスのいずれかをコピーします。",
        "リーダーで「フィードを追加」「フォロー」または「+」を選び、貼り付けます。",
    ],
    which: "どのアドレスを使うか",
    which_answer: "三つとも同じリリースを配信します。迷ったら RSS をお使いください。",
    rss_for: "すべてのリーダーに対応",
    atom_for: "内容は同じで、日時と出典がより正確",
    json_for: "内容は同じで、自作のプログラム向け",
    privacy: "購読しても、ここには何の記録も残りません。アカウントも、クッキーも、読者の一覧もありません。\
              やめるときは、リーダーからフィードを削除してください。",
    missing: "このアドレスには何もありません",
    missing_why: "ページが移動したか、アドレスに誤りがあるかもしれません。ここで公開しているものは、最初のページにすべて載っています。",
    ended: "公開を終了しました",
    ended_why: "この発行は終了しました。現在公開しているものは、最初のページにすべて載っています。",
    failed: "ただいま表示できません",
    failed_why: "こちら側で問題が起きました。直りしだい元に戻ります。一分ほどたってから、もう一度お試しください。",
    table: "表",
    video_at: "{host} の動画",
    audio_at: "{host} の音声",
    about_company: "会社概要",
    contacts: "お問い合わせ",
    notices: "注記",
};

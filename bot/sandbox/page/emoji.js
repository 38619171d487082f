/** The emoji names newsroom cards are likely to use; any other `:name:` stays text, as an unknown one does in Slack. */

/** Name, space, character; pairs separated by `|`. */
const TABLE = `
100 💯|+1 👍|-1 👎|thumbsup 👍|thumbsdown 👎|airplane ✈️|alarm_clock ⏰|ambulance 🚑|anchor ⚓|antenna_bars 📶|
arrow_backward ◀️|arrow_down ⬇️|arrow_down_small 🔽|arrow_forward ▶️|arrow_heading_down ⤵️|
arrow_heading_up ⤴️|arrow_left ⬅️|arrow_lower_right ↘️|arrow_right ➡️|arrow_right_hook ↪️|arrow_up ⬆️|
arrow_up_small 🔼|arrow_upper_right ↗️|arrows_counterclockwise 🔄|ballot_box_with_ballot 🗳️|bank 🏦|
bar_chart 📊|bell 🔔|no_bell 🔕|black_circle ⚫|black_small_square ▪️|blue_book 📘|blush 😊|bomb 💣|book 📖|
bookmark 🔖|bookmark_tabs 📑|boom 💥|briefcase 💼|bulb 💡|busts_in_silhouette 👥|bust_in_silhouette 👤|
calendar 📆|spiral_calendar_pad 🗓️|date 📅|camera 📷|card_index_dividers 🗂️|chart_with_downwards_trend 📉|
chart_with_upwards_trend 📈|checkered_flag 🏁|clap 👏|classical_building 🏛️|clipboard 📋|clock1 🕐|clock3 🕒|
clock9 🕘|closed_book 📕|cloud ☁️|coffee ☕|compass 🧭|construction 🚧|cry 😢|crossed_swords ⚔️|
crystal_ball 🔮|dart 🎯|diamond_shape_with_a_dot_inside 💠|disappointed 😞|dollar 💵|dove_of_peace 🕊️|
earth_africa 🌍|earth_americas 🌎|envelope ✉️|email 📧|euro 💶|exclamation ❗|heavy_exclamation_mark ❗|
grey_exclamation ❕|bangbang ‼️|interrobang ⁉️|eyes 👀|eye 👁️|factory 🏭|fast_forward ⏩|file_folder 📁|
fire 🔥|fearful 😨|fuelpump ⛽|gear ⚙️|globe_with_meridians 🌐|green_book 📗|green_heart 💚|grin 😁|grinning 😀|
gun 🔫|hammer 🔨|handshake 🤝|heart ❤️|heavy_check_mark ✔️|heavy_minus_sign ➖|heavy_multiplication_x ✖️|
heavy_plus_sign ➕|hospital 🏥|hourglass ⌛|hourglass_flowing_sand ⏳|house 🏠|inbox_tray 📥|
incoming_envelope 📨|information_source ℹ️|joy 😂|key 🔑|label 🏷️|large_blue_circle 🔵|large_blue_diamond 🔷|
large_blue_square 🟦|large_brown_circle 🟤|large_green_circle 🟢|large_green_square 🟩|
large_orange_circle 🟠|large_orange_diamond 🔶|large_orange_square 🟧|large_purple_circle 🟣|
large_purple_square 🟪|large_red_square 🟥|large_yellow_circle 🟡|large_yellow_square 🟨|
left_right_arrow ↔️|link 🔗|lock 🔒|loud_sound 🔊|loudspeaker 📢|mag 🔍|mag_right 🔎|mailbox 📫|mega 📣|memo 📝|
pencil 📝|pencil2 ✏️|microphone 🎤|studio_microphone 🎙️|moneybag 💰|money_with_wings 💸|mute 🔇|
neutral_face 😐|new 🆕|newspaper 📰|rolled_up_newspaper 🗞️|no_entry ⛔|no_entry_sign 🚫|o ⭕|office 🏢|ok 🆗|
ok_hand 👌|open_book 📖|open_file_folder 📂|orange_book 📙|orange_circle 🟠|outbox_tray 📤|package 📦|
page_facing_up 📄|page_with_curl 📃|paperclip 📎|pause_button ⏸️|double_vertical_bar ⏸️|peace_symbol ☮️|
phone ☎️|point_down 👇|point_left 👈|point_right 👉|point_up_2 👆|police_car 🚓|pray 🙏|printer 🖨️|pushpin 📌|
round_pushpin 📍|question ❓|grey_question ❔|radio 📻|radio_button 🔘|raised_hand ✋|raised_hands 🙌|
recycle ♻️|red_circle 🔴|repeat 🔁|rewind ⏪|rocket 🚀|rotating_light 🚨|runner 🏃|satellite_antenna 📡|
scales ⚖️|balance_scale ⚖️|scissors ✂️|scroll 📜|see_no_evil 🙈|shield 🛡️|ship 🚢|shrug 🤷|sleeping 😴|zzz 💤|
slightly_smiling_face 🙂|small_blue_diamond 🔹|small_orange_diamond 🔸|small_red_triangle 🔺|
small_red_triangle_down 🔻|smile 😄|smiley 😃|snowflake ❄️|sob 😭|sparkles ✨|speaker 🔈|speech_balloon 💬|
left_speech_bubble 🗨️|spiral_note_pad 🗒️|star ⭐|stop_sign 🛑|octagonal_sign 🛑|stopwatch ⏱️|sunny ☀️|
sunrise 🌅|tada 🎉|telephone ☎️|telephone_receiver 📞|television 📺|tv 📺|thinking_face 🤔|thread 🧵|
thermometer 🌡️|thought_balloon 💭|timer_clock ⏲️|tractor 🚜|triangular_flag_on_post 🚩|truck 🚚|tulip 🌷|
twisted_rightwards_arrows 🔀|unlock 🔓|up 🆙|v ✌️|vertical_traffic_light 🚦|wastebasket 🗑️|watch ⌚|wave 👋|
warning ⚠️|waving_black_flag 🏴|waving_white_flag 🏳️|white_check_mark ✅|ballot_box_with_check ☑️|
white_circle ⚪|white_small_square ▫️|wink 😉|wrench 🔧|writing_hand ✍️|x ❌|negative_squared_cross_mark ❎|
yellow_heart 💛|blue_heart 💙|yum 😋|zap ⚡|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|cn 🇨🇳|de 🇩🇪|es 🇪🇸|
fr 🇫🇷|gb 🇬🇧|uk 🇬🇧|it 🇮🇹|jp 🇯🇵|ru 🇷🇺|us 🇺🇸`;

const BY_NAME = new Map(
  TABLE.replaceAll("\n", "")
    .split("|")
    .map((pair) => /** @type {[string, string]} */ (pair.split(" "))),
);
const REGIONAL_A = 0x1f1e6;

/**
 * @param {string} name without the colons
 * @returns {string | null} the character, or null for a name this page does not know
 */
export function emojiFor(name) {
  const known = BY_NAME.get(name.replace(/::skin-tone-\d$/, ""));
  if (known) return known;
  const flag = /^flag-([a-z])([a-z])$/.exec(name);
  if (!flag) return null;
  return String.fromCodePoint(...flag.slice(1).map((letter) => REGIONAL_A + letter.charCodeAt(0) - 97));
}

/** @param {string} text with `:names:` @returns {string} with the known ones as characters */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/g, (whole, name) => emojiFor(name) ?? whole);
}

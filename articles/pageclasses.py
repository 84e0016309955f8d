"""The class names by which content systems and their plug-ins mark what stands in an article's HTML and is none of it.

Data only: the rules are in ``skipping``. A name must be one of the element's classes, whole. In ``CLASSES`` are only
names that a program writes; those that an editor might choose for a part of the text are in ``GENERIC``.
"""

CLASSES = {
    "share": (
        "sharedaddy sd-sharing sd-sharing-enabled sd-like sd-social jetpack-likes-widget-wrapper"
        " wp-block-jetpack-sharing-buttons wp-block-jetpack-like wp-block-social-links"
        " addtoany_share_save_container addtoany_content addtoany_shortcode a2a_kit"
        " addthis_toolbox addthis_inline_share_toolbox addthis_sharing_toolbox"
        " sharethis-inline-share-buttons st-inline-share-buttons shareaholic-canvas heateor_sss_sharing_container"
        " heateor_sssp_sharing_container the_champ_sharing_container essb_links ssba ssba-wrap ssbp-wrap"
        " mashsb-container swp_social_panel simplesocialbuttons dpsp-content-wrapper novashare-buttons sfsi_widget"
        " wpsr-share-icons et_social_inline td-post-sharing jeg_share_button fb-like fb-share-button fb-save"
        " twitter-share-button twitter-follow-button elementor-widget-share-buttons"
    ),
    "related": (
        "jp-relatedposts yarpp yarpp-related crp_related wp_rp_wrap wp_rp_content rp4wp-related-posts rpwe-block"
        " jnews_inline_related_post jeg_ad_inline_related bs-irp td_block_related_posts wp-block-latest-posts"
        " wp-block-jetpack-related-posts wp-block-rss elementor-widget-posts"
    ),
    "embed": (
        "twitter-tweet twitter-video twitter-timeline instagram-media tiktok-embed fb-post fb-video"
        " fb-xfbml-parse-ignore reddit-embed-bq reddit-card bluesky-embed text-post-media imgur-embed-pub"
        " wp-embedded-content wp-block-embed telegram-post mastodon-embed flourish-embed infogram-embed"
    ),
    "gallery": "wp-block-gallery blocks-gallery-grid tiled-gallery wp-block-jetpack-tiled-gallery"
    " wp-block-jetpack-slideshow ngg-galleryoverview foogallery envira-gallery-wrap"
    " elementor-widget-image-gallery elementor-widget-gallery",
    "caption": "wp-caption-text wp-element-caption gallery-caption blocks-gallery-caption blocks-gallery-item__caption",
    "player": "wp-block-audio wp-block-video wp-audio-shortcode wp-video wp-video-shortcode wp-playlist mejs-container"
    " jetpack-video-wrapper wp-block-jetpack-podcast-player powerpress_player powerpress_links",
    "form": "wp-block-file__button",
    "ad": "adsbygoogle google-auto-placed advads-content ai-viewports quads-location ezoic-ad gptslot dfp-ad"
    " teads-inread OUTBRAIN outbrain taboola stream-item-in-post wp-block-jetpack-ad wordads-ad-wrapper",
    "contents": "ez-toc-container lwptoc wp-block-rank-math-toc-block wp-block-table-of-contents simpletoc-list"
    " wp-block-yoast-seo-table-of-contents elementor-widget-table-of-contents",
    "more": "more-link wp-block-read-more wp-block-buttons wp-block-button",
    "tags": "tags-links cat-links wp-block-post-terms wp-block-tag-cloud",
    "author": "saboxplugin-wrap abh_box pp-multiple-authors-wrapper",
    "subscribe": "wp-block-jetpack-subscriptions jetpack_subscription_widget mc4wp-form",
    "hidden": "screen-reader-text sr-only visually-hidden",
}
"""Of each rule, its class names."""

GENERIC = {
    "share": "social-share share-buttons post-share",
    "related": "relatedposts related-posts related_posts related-articles related-post-box inline-related-posts"
    " read-also also-read",
    "ad": "ad-placeholder ad-slot ad-container ad-wrapper",
    "tags": "post-tags tag-links entry-tags",
}
"""Names that say the same of an element without a sentence of prose."""

PAIRS = {
    ("gallery", r"galleryid-\d+"): "gallery",
    ("code-block", r"code-block-\d+"): "ad",  # Ad Inserter's; alone, the first is a program's text.
}
"""Names that mean something only beside another, given as a pattern."""

IDS = {"ez-toc-container": "contents", "toc_container": "contents", "jp-relatedposts": "related"}
"""The same for the ids of elements."""

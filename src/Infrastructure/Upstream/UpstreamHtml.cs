using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Reads the HTML of an upstream page (PEP 503, 592, 629, 658, 714, 740, 792).</summary>
/// <remarks>A page is a flat list of links, so its tokens are enough: a tree of elements nested a million deep would be a way to stop us.</remarks>
internal sealed class UpstreamHtml(string project, Uri address)
{
    private readonly UpstreamPageBuilder _page = new(project, address);

    /// <param name="project">The normalised name that was asked for.</param>
    /// <param name="address">Where the page came from in the end; relative links count from here, unless the page says otherwise.</param>
    /// <param name="html">The page.</param>
    /// <exception cref="UpstreamException">It is one of a version to come, or has too much.</exception>
    public static ProjectPage Read(string project, Uri address, string html) => new UpstreamHtml(project, address).Read(html);

    /// <summary>
    /// Whether a document is an index page, and not one of a login or a proxy, which comes with status 200 too: it lists a distribution, or has what pages
    /// without any have, the version of the API (PEP 629) or the customary title.
    /// </summary>
    /// <param name="html">The document.</param>
    /// <param name="page">What it was read as.</param>
    public static bool IsIndexPage(string html, ProjectPage page) =>
        page.Files.Any(file => DistributionFilename.TryParse(file.Filename, out _))
        || html.Contains("pypi:repository-version", StringComparison.OrdinalIgnoreCase)
        || html.Contains("links for", StringComparison.OrdinalIgnoreCase);

    private ProjectPage Read(string html)
    {
        using var source = new TextSource(new StringTextSource(html));
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true, SkipDataText = true };
        for (var token = tokenizer.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokenizer.Get())
        {
            if (token.Type == HtmlTokenType.StartTag)
            {
                Take(token.AsTag());
                tokenizer.State = ContentOf(token.Name);
            }
        }

        return _page.ToPage();
    }

    // What looks like a tag inside these elements is text.
    private static HtmlParseMode ContentOf(string name) => name switch
    {
        "script" => HtmlParseMode.Script,
        "style" or "noscript" or "iframe" => HtmlParseMode.Rawtext,
        "title" or "textarea" => HtmlParseMode.RCData,
        _ => HtmlParseMode.PCData,
    };

    private void Take(HtmlTagToken tag)
    {
        switch (tag.Name)
        {
            case "a" when Attribute(tag, "href") is { } href && _page.LinkOf(href) is { } target:
                _page.Add(FileOf(tag, href, target), target);
                break;
            case "base":
                _page.Base ??= UpstreamPageBuilder.Resolve(Attribute(tag, "href"), address);
                break;
            case "meta":
                TakeMeta(Attribute(tag, "name"), Attribute(tag, "content"));
                break;
        }
    }

    private void TakeMeta(string? name, string? content)
    {
        switch (name)
        {
            case "pypi:repository-version":
                _page.Version = content;
                break;
            case "pypi:project-status":
                _page.Status = _page.Status with { Marker = content };
                break;
            case "pypi:project-status-reason":
                _page.Status = _page.Status with { Reason = content };
                break;
        }
    }

    // Only the URL has the file's name, behind whatever it is relative to.
    private static PageFile FileOf(HtmlTagToken anchor, string href, Uri target) =>
        new(Uri.UnescapeDataString(target.Segments[^1]), href)
        {
            Hashes = HashesOf(target.Fragment.TrimStart('#')),
            RequiresPython = UpstreamText.LineOrNull(Attribute(anchor, "data-requires-python")),
            CoreMetadata = MetadataOf(Attribute(anchor, "data-core-metadata") ?? Attribute(anchor, "data-dist-info-metadata")),
            // A reason that can't be shown takes nothing from the fact.
            Yanked = Attribute(anchor, "data-yanked") is { } reason ? UpstreamText.Line(reason) ?? "" : null,
            GpgSig = bool.TryParse(Attribute(anchor, "data-gpg-sig"), out var signed) ? signed : null,
            Provenance = Attribute(anchor, "data-provenance"),
        };

    private static CoreMetadataLink? MetadataOf(string? value) =>
        value is null or "false" ? null : new CoreMetadataLink(HashesOf(value));

    // One hash by the standard; some indexes add other things in the manner of a query.
    private static FileHash[] HashesOf(string text) => text.Length > UpstreamText.LongestLine ? [] :
    [
        .. text.Split('&')
            .Select(part => part.Split('=', 2))
            .Select(pair => pair.Length == 2 ? FileHash.OrNull(pair[0], pair[1]) : null)
            .OfType<FileHash>(),
    ];

    private static string? Attribute(HtmlTagToken tag, string name)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute.Value;
            }
        }

        return null;
    }
}

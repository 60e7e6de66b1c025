using System.Net.Http.Json;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Projects as they are in real repositories, and as nobody wishes them to be.</summary>
internal static class SampleProjects
{
    /// <summary>Has many versions, one yanked and one a pre-release, and all metadata.</summary>
    public const string Busy = "billing-client";

    /// <summary>Its description and metadata try what an attacker would.</summary>
    public const string Hostile = "hostile";

    /// <summary>Has a plain text of long lines.</summary>
    public const string Deprecated = "old-reports";

    public const string Quarantined = "suspicious";

    /// <summary>A name of 120 characters.</summary>
    public static readonly string Long = string.Concat(Enumerable.Repeat("averylongname-", 8)) + "theend12";

    private const string Description = """
        # Billing client

        Talks to *billing*, with **retries**, `Idempotency-Key` and ~~floats~~ decimals.[^1] See the [guide](https://docs.example.com/guide)
        or write to <billing@example.com>.

        ## Use

        ```python
        from billing_client import Client

        with Client("https://billing.example.com", timeout=30, retries=Retries(attempts=5, wait=exponential(minimum=0.1, maximum=10.0))) as client:
            print(client.invoice(1))  # Invoice(id=1)
        ```

        | Option | Default | What it does |
        | :--- | ---: | :---: |
        | `timeout` | 30 | seconds until a request is given up |
        | `retries` | 5 | how often it is sent again |

        - [x] Sync
        - [ ] Async
          1. with trio
          2. with asyncio

        > Money is never a float.

        ![A diagram](https://images.example.com/diagram.png)
        ![A file of the repository](docs/diagram.png), [another](docs/guide.md)

        ### Licence

        MIT.

        ---

        [^1]: As [everybody](https://example.com/floats) should.

        """;

    private static readonly string HostileDescription = $"""
        # <script>alert(1)</script> Hostile

        <script>document.title = "owned"</script>
        <img src=x onerror="document.title = 'owned'">
        <style>body {"{"} display: none {"}"}</style>
        <iframe src="https://evil.example/"></iframe>
        [click](javascript:document.title='owned') [data](data:text/html,<script>alert(1)</script>) [quote](https://example.com/"onclick="alert(1))
        ![x](javascript:alert(1)) ![tracker](https://evil.example/pixel.gif "t\" onerror=\"alert(1)")
        <https://evil.example/{new string('a', 300)}>

        {new string('W', 400)}

        ```
        {new string('c', 400)}
        ```

        | {string.Join(" | ", Enumerable.Range(1, 20).Select(i => $"column{i}"))} |
        |{string.Concat(Enumerable.Repeat(" --- |", 20))}
        | {string.Join(" | ", Enumerable.Repeat("<b onclick=alert(1)>x</b>", 20))} |

        {string.Concat(Enumerable.Range(1, 40).Select(i => new string('>', i) + " deep\n"))}
        {string.Concat(Enumerable.Range(0, 30).Select(i => $"{new string(' ', 2 * i)}- deeper\n"))}
        # Same
        # Same
        """;

    /// <summary>Publishes all of them.</summary>
    /// <param name="client">With the write secret.</param>
    public static async Task PublishAsync(HttpClient client)
    {
        await client.PublishAsync(Enumerable.Range(0, 30).Select(minor => Wheels.Build(Busy, $"1.{minor}", ">=3.9")));
        await PublishAsync(client, Wheels.Build(Busy, "2.0.0", ">=3.11,<4", metadata: Metadata("2.0.0")), Description, "text/markdown; charset=UTF-8; variant=GFM");
        await PublishAsync(client, Sdists.Build(Busy, "2.0.0", ">=3.11,<4", metadata: Metadata("2.0.0")), Description, "text/markdown; charset=UTF-8; variant=GFM");
        await client.PublishAsync(Wheels.Build(Busy, "2.1.0rc1", ">=3.11", tag: "cp313-cp313-manylinux_2_28_x86_64"));
        await PutAsync(client, $"{Busy}/versions/1.5/yank", new { reason = "Rounds half a cent in the wrong direction." });

        await PublishAsync(client, Wheels.Build(Hostile, "1.0"), HostileDescription, "text/markdown", ("project_urls", ["Home<b>, javascript:alert(1)", "Docs, https://example.com/"]),
            ("summary", ["\"><script>document.title = 'owned'</script>"]), ("author", [new string('A', 300)]), ("classifiers", ["<b>no</b>"]));
        await PublishAsync(client, Wheels.Build(Long, "2026.11.27.1+local.build.of.somebody"), "Short.", "text/plain");
        await PublishAsync(
            client, Wheels.Build(Deprecated, "0.9"), "Old reports\n===========\n\n.. code::\n\n    reports run --all\n\n" + string.Join(' ', Enumerable.Repeat("words", 200)), "text/x-rst");
        await PutAsync(client, $"{Deprecated}/status", new { status = "deprecated", reason = "Use billing-client, which has reports since 2.0." });
        await PublishAsync(client, Wheels.Build(Quarantined, "1.0"), "Nothing to see.", "text/plain");
        await PutAsync(client, $"{Quarantined}/status", new { status = "quarantined", reason = "Reads SSH keys." });
    }

    private static byte[] Metadata(string version) => Encoding.UTF8.GetBytes($"""
        Metadata-Version: 2.4
        Name: {Busy}
        Version: {version}
        Requires-Python: >=3.11,<4

        """);

    private static async Task PublishAsync(
        HttpClient client, Distribution file, string description, string contentType, params (string Name, string[] Values)[] fields)
    {
        (string, string[])[] rich =
        [
            ("description", [description]),
            ("description_content_type", [contentType]),
            ("summary", ["Talks to billing, with retries"]),
            ("author", ["Ada Example"]),
            ("author_email", ["ada@example.com"]),
            ("license_expression", ["MIT OR Apache-2.0"]),
            ("keywords", ["billing,invoices,money"]),
            ("project_urls", ["Homepage, https://billing.example.com/", "Source, https://git.example.com/billing/client", "Changes, https://docs.example.com/changes"]),
            ("classifiers", ["Development Status :: 5 - Production/Stable", "Programming Language :: Python :: 3.13", "Typing :: Typed"]),
            ("requires_dist", ["httpx>=0.28,<1", $"{Deprecated}>=0.9", "trio>=0.30; extra == 'trio'"]),
            ("provides_extra", ["trio"]),
            .. fields,
        ];
        var form = rich.Aggregate(ClientForm.LikeTwine(file), (form, field) => form.With(field.Item1, field.Item2));
        (await client.UploadAsync(form)).With(200);
    }

    private static async Task PutAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PutAsJsonAsync($"/api/projects/{path}", body);
        (await Answer.ReadAsync(answer)).With(200);
    }
}

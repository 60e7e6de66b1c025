using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Legacy;

/// <summary>A project on the shared server that says all of itself that there is to say; nobody adds to it.</summary>
public sealed class DescribedProject(ServerFixture server) : IAsyncLifetime
{
    private const string Name = "Described.Pkg";

    internal Distribution Wheel { get; } = Wheels.Build(Name, "2.0", requiresPython: ">=3.8,<4", metadata: Encoding.UTF8.GetBytes(
        $"""
        Metadata-Version: 2.4
        Name: {Name}
        Version: 2.0
        Summary: {SampleMetadata.Summary}
        Author: A. Uthor
        Home-page: https://home.example/
        License-Expression: MIT OR Apache-2.0
        Classifier: Framework :: Flake8
        Classifier: Topic :: Utilities
        Requires-Python: >=3.8,<4
        Requires-Dist: a>=1
        Requires-Dist: b; extra == "x"
        Provides-Extra: x
        Project-URL: Source code, https://source.example/a,b
        Project-URL: Bugs,https://bugs.example/
        Project-URL: nonsense without an address
        Project-URL: Bugs, https://second.example/

        # {Name}

        """.ReplaceLineEndings("\n")));

    internal Distribution Sdist { get; } = Sdists.Build(Name, "2.0", requiresPython: ">=3.8,<4");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        using var writer = server.Writer();

        // Clients take the fields of the form out of the file; what there can be several of is found in either.
        var wheel = ClientForm.LikeTwine(Wheel)
            .With("author", "A. Uthor").With("home_page", "https://home.example/").With("license_expression", "MIT OR Apache-2.0").With("license_files", "LICENSE");
        (await writer.UploadAsync(wheel)).With(200);
        foreach (var file in new[] { Sdist, Sdists.Build(Name, "1.0"), Wheels.Build(Name, "3.0rc1") })
        {
            (await writer.UploadAsync(file)).With(200);
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}

using System.Text;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Uploads with attestations, which become a second asset.</summary>
public sealed class AttestedPublishTests : PublishingTests
{
    private static readonly byte[] Attestations = Encoding.UTF8.GetBytes("""[{"version": 1}]""");

    [Fact]
    public async Task Attestations_are_published_together_with_their_file()
    {
        Process.Attestations = Attestations;

        Assert.Equal(Name, (await Process.PublishAsync(Name, Content)).Value.Asset.Name);

        AssertBothPublished();
        Assert.Equal(["GET", "POST", "POST", "POST", "PATCH"], GitHub.Log.All.Select(request => request.Method));
    }

    [Theory]
    [InlineData("starter")]
    [InlineData("ghost")]
    [InlineData("lost answer")]
    [InlineData("broken off")]
    public async Task What_fails_of_them_is_looked_up_and_repeated(string what)
    {
        Process.Attestations = Attestations;
        GitHub.Faults.Next(UploadsAttestations, what switch
        {
            "starter" => new Fault.Answer(502) { Effect = Effect.StarterAsset },
            "ghost" => new Fault.Answer(502) { Effect = Effect.GhostAsset },
            "lost answer" => new Fault.Reset { Effect = Effect.Whole },
            _ => new Fault.Reset(),
        });

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        AssertBothPublished();
    }

    [Fact]
    public async Task A_file_whose_attestations_can_not_be_kept_is_not_published()
    {
        Process.Attestations = Attestations;
        GitHub.Faults.Next(UploadsAttestations, new Fault.Answer(502), 100);

        AssertFails(PyWharf.Domain.FailureKind.Unavailable, await Process.PublishAsync(Name, Content));

        Assert.Empty(Repository.Releases);
    }

    private static bool UploadsAttestations(LoggedRequest request) => Uploads(request) && request.Query.EndsWith(".attestations", StringComparison.Ordinal);

    private void AssertBothPublished()
    {
        var release = Assert.Single(Repository.Releases);
        Assert.False(release.Draft);
        Assert.Equal([Name, Name + ".attestations"], release.Assets.Select(asset => asset.Name));
        Assert.Equal([Content, Attestations], release.Assets.Select(asset => asset.Content));
        Assert.All(release.Assets, asset => Assert.Equal("uploaded", asset.State));
    }
}

using System.Text;
using PyWharf.Application.Archives;
using PyWharf.Application.Packages;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Packages;

public sealed class PolicyCheckTests
{
    private static readonly UploadForm Digested = new(null, [new("sha256_digest", "00")]);

    /// <summary>Each rule: how its action is set, and an upload to which it alone objects.</summary>
    private static readonly Dictionary<string, (Func<PublishingPolicy, PolicyAction, PublishingPolicy> With, Func<PublishingPolicy, (PolicyCheck, Failure?)> Check)> Rules = new()
    {
        ["old name of an sdist"] = (
            (policy, action) => policy with { LegacySdistName = action },
            policy => Checked(policy, "My.Demo-1.0.tar.gz", check => check.CheckForm(Digested))),
        ["old name of a wheel"] = (
            (policy, action) => policy with { LegacyWheelName = action },
            policy => Checked(policy, "My.Demo-1.0-py3-none-any.whl", check => check.CheckForm(Digested))),
        ["no digest"] = (
            (policy, action) => policy with { MissingDigest = action },
            policy => Checked(policy, "demo-1.0.tar.gz", check => check.CheckForm(new UploadForm(null, [new("sha256_digest", ""), new("digest", "00")])))),
        ["unsound archive"] = (
            (policy, action) => policy with { UnsoundArchive = action },
            policy => Checked(policy, "demo-1.0.tar.gz", check => check.CheckArchive(new Failure(FailureKind.Invalid, "No archive.")))),
        ["irregular archive"] = (
            (policy, action) => policy with { IrregularArchive = action },
            policy => Checked(policy, "demo-1.0.tar.gz", check => check.CheckArchive(Archive(null, "It is old.")))),
        ["METADATA that is not UTF-8"] = (
            (policy, action) => policy with { UnreadableMetadata = action },
            policy => Checked(policy, "demo-1.0-py3-none-any.whl", check => check.CheckArchive(Archive(null) with { Document = new byte[] { 0xE9 } }))),
        ["METADATA that begins with a byte order mark"] = (
            (policy, action) => policy with { UnreadableMetadata = action },
            policy => Checked(policy, "demo-1.0-py3-none-any.whl", check => check.CheckArchive(Archive(null) with { Document = "\uFEFFName: demo"u8.ToArray() }))),
        ["another release inside"] = (
            (policy, action) => policy with { MetadataMismatch = action },
            policy => Checked(policy, "demo-1.0.tar.gz", check => check.CheckMetadata(Metadata("demo", "1.1")))),
        ["wrong RECORD"] = (
            (policy, action) => policy with { RecordDifference = action },
            policy => Checked(policy, "demo-1.0-py3-none-any.whl", check => check.CheckArchive(Archive("RECORD lists nothing.")))),
    };

    private static readonly PublishingPolicy WarnsOfAll = Rules.Values.Aggregate(PublishingPolicy.Default, (policy, rule) => rule.With(policy, PolicyAction.Warn));

    public static TheoryData<string> NamesOfRules { get; } = new(Rules.Keys);

    [Theory]
    [MemberData(nameof(NamesOfRules))]
    public void A_rule_refuses_warns_or_says_nothing(string name)
    {
        var (with, check) = Rules[name];

        var (_, refusal) = check(with(WarnsOfAll, PolicyAction.Refuse));
        var (warned, none) = check(WarnsOfAll);
        var (silent, nothing) = check(with(WarnsOfAll, PolicyAction.Allow));

        Assert.Equal(FailureKind.Invalid, refusal?.Kind);
        Assert.Equal([refusal!.Message], warned.Warnings);
        Assert.Empty(silent.Warnings);
        Assert.Null(none);
        Assert.Null(nothing);
    }

    [Fact]
    public void Nobody_objects_to_an_upload_in_order()
    {
        var (check, refusal) = Checked(
            WarnsOfAll, "my_demo-1.0-py3-none-any.whl", check => check.CheckForm(Digested) ?? check.CheckArchive(Archive(null)) ?? check.CheckMetadata(Metadata("My.Demo", "1.0.0")));

        Assert.Null(refusal);
        Assert.Empty(check.Warnings);
    }

    [Theory]
    [InlineData("md5_digest")]
    [InlineData("sha256_digest")]
    [InlineData("blake2_256_digest")]
    public void Any_digest_is_one(string field)
    {
        Assert.Empty(Checked(WarnsOfAll, "demo-1.0.tar.gz", check => check.CheckForm(new UploadForm(null, [new(field, "00")]))).Check.Warnings);
    }

    [Theory]
    [InlineData("other", "1.0", "of other 1.0, but")]
    [InlineData("demo", "1.0+local", "of demo 1.0+local, but")]
    [InlineData("../demo\u001B[31m", "1.0", "of an invalid name 1.0, but")]
    [InlineData("demo", "one", "of demo an invalid version, but")]
    public void What_the_metadata_says_instead_is_told(string name, string version, string sentence)
    {
        var (_, refusal) = Checked(PublishingPolicy.Default, "demo-1.0.tar.gz", check => check.CheckMetadata(Metadata(name, version)));

        Assert.Contains(sentence, refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_come_in_the_order_of_the_checks()
    {
        var (check, _) = Checked(
            WarnsOfAll, "Demo-1.0.zip", check => check.CheckForm(new UploadForm(null, [])) ?? check.CheckArchive(new Failure(FailureKind.Invalid, "No archive.")));

        Assert.Equal(3, check.Warnings.Count);
        Assert.Contains("demo-1.0.tar.gz", check.Warnings[0], StringComparison.Ordinal);
        Assert.Equal("No archive.", check.Warnings[2]);
    }

    private static (PolicyCheck Check, Failure? Refusal) Checked(PublishingPolicy policy, string filename, Func<PolicyCheck, Failure?> how)
    {
        Assert.True(DistributionFilename.TryParse(filename, out var name));
        var check = new PolicyCheck(policy, name);

        return (check, how(check));
    }

    private static InspectedArchive Archive(string? recordDifference, string? irregularity = null) =>
        new(default, Metadata("demo", "1.0"), recordDifference, irregularity);

    private static CoreMetadata Metadata(string name, string version)
    {
        var document = Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");

        return CoreMetadata.TryParse(document, out var metadata, out var problem) ? metadata : throw new InvalidOperationException(problem);
    }
}

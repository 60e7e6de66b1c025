using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class DistributionIdentityTests
{
    [Theory]
    [InlineData("demo_pkg-1.0-py3-none-any.whl", "demo-pkg/1//py3-none-any")]
    [InlineData("demo_pkg-1.2.0-01A-cp312.cp311-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", "demo-pkg/1.2/1a/cp311.cp312-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64")]
    [InlineData("demo-pkg-1.0.tar.gz", "demo-pkg/1")]
    public void It_has_one_text(string name, string identity) => Assert.Equal(identity, Parse(name).Identity.ToString());

    [Theory]
    [InlineData("Demo_Pkg-1.0-py3-none-any.whl")]
    [InlineData("demo.pkg-1.0-py3-none-any.whl")]
    [InlineData("demo_pkg-1.0.0-py3-none-any.whl")]
    [InlineData("demo_pkg-1-py3-none-any.whl")]
    [InlineData("demo_pkg-01.0-py3-none-any.whl")]
    [InlineData("demo_pkg-v1.0-py3-none-any.whl")]
    [InlineData("demo_pkg-0!1.0-py3-none-any.whl")]
    [InlineData("DEMO_PKG-1.0-PY3-NONE-ANY.whl")]
    [InlineData("demo_pkg-1.0-py3.py3-none-any.whl")]
    [InlineData("demo_pkg-1.0-py3-none-any.any.whl")]
    public void A_wheel_is_the_same_however_its_name_is_spelled(string name) => AssertSame("demo_pkg-1.0-py3-none-any.whl", name);

    [Theory]
    [InlineData("demo-1.0-py2.py3-none-any.whl", "demo-1.0-py3.py2-none-any.whl")]
    [InlineData("demo-1.0-1-py3-none-any.whl", "demo-1.0-001-py3-none-any.whl")]
    [InlineData("demo-1.0-1a-py3-none-any.whl", "demo-1.0-1A-py3-none-any.whl")]
    [InlineData("demo-1.0.post1-py3-none-any.whl", "demo-1.0_1-py3-none-any.whl")]
    [InlineData("demo-1.0rc1-py3-none-any.whl", "demo-1.0.RC.1-py3-none-any.whl")]
    [InlineData("demo-1.0+ubuntu.1-py3-none-any.whl", "demo-1.0+Ubuntu_01-py3-none-any.whl")]
    [InlineData("demo-1.0.tar.gz", "demo-1.0.zip")]
    [InlineData("demo_pkg-1.0.tar.gz", "Demo.Pkg-1.0.0.zip")]
    [InlineData("demo-1.0a1.tar.gz", "demo-v1.0alpha1.tar.gz")]
    public void Two_spellings_are_one_file(string one, string other) => AssertSame(one, other);

    [Theory]
    [InlineData("demo-1.0-py3-none-any.whl", "demo-1.1-py3-none-any.whl")]
    [InlineData("demo-1.0-py3-none-any.whl", "demo-1.0.post0-py3-none-any.whl")]
    [InlineData("demo-1.0-py3-none-any.whl", "demo-1.0+1-py3-none-any.whl")]
    [InlineData("demo-1.0-py3-none-any.whl", "demo-1!1.0-py3-none-any.whl")]
    [InlineData("demo-1.0-py3-none-any.whl", "demos-1.0-py3-none-any.whl")]
    [InlineData("demo-1.0-py3-none-any.whl", "demo-1.0-0-py3-none-any.whl")]
    [InlineData("demo-1.0-1-py3-none-any.whl", "demo-1.0-2-py3-none-any.whl")]
    [InlineData("demo-1.0-1-py3-none-any.whl", "demo-1.0-1a-py3-none-any.whl")]
    [InlineData("demo-1.0-py3-none-any.whl", "demo-1.0-py2.py3-none-any.whl")]
    [InlineData("demo-1.0-cp311-cp311-win32.whl", "demo-1.0-cp311-abi3-win32.whl")]
    [InlineData("demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz")]
    [InlineData("demo-1.0.tar.gz", "demo-1.0.post1.tar.gz")]
    public void Two_files_are_two(string one, string other) => Assert.NotEqual(Parse(one).Identity, Parse(other).Identity);

    [Theory]
    [InlineData("demo-1.0.tar.gz", "demo-1.0.tar.bz2", true)]
    [InlineData("demo-1.0-1.tar.gz", "demo-1.0.post1.tar.gz", true)]
    [InlineData("demo-1.0-py2.7.egg", "demo-1.0.tar.gz", false)]
    [InlineData("demo-1.0-py2.7.egg", "demo-1.0-py2.6.egg", false)]
    [InlineData("demo-1.0.win32.exe", "demo-1.0.win32-py2.7.exe", false)]
    [InlineData("demo-one.tar.gz", "demo-two.tar.gz", false)]
    [InlineData("demo-broken.whl", "demo-broken.tar.gz", false)]
    public void What_storages_hold_of_old_has_an_identity_too(string one, string other, bool same)
    {
        Assert.True(ProjectName.TryParse("demo", out var project));
        Assert.True(DistributionFilename.TryParseStored(one, project, out var first));
        Assert.True(DistributionFilename.TryParseStored(other, project, out var second));

        Assert.Equal(same, first.Identity.Equals(second.Identity));
    }

    private static void AssertSame(string one, string other)
    {
        Assert.Equal(Parse(one).Identity, Parse(other).Identity);
        Assert.Equal(Parse(one).Identity.GetHashCode(), Parse(other).Identity.GetHashCode());
    }

    private static DistributionFilename Parse(string name) => DistributionFilename.TryParse(name, out var parsed) ? parsed : throw new FormatException(name);
}
